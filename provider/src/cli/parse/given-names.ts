// Which settings need not be asked for, since options give them.
import { keyOf } from "../../base/key-value";

/** Dotted names of `key=value` assignments and of secrets; `src.` and `dst.` of a plug's are left as typed. */
export function givenNames(assignments: readonly string[], secrets: ReadonlyMap<string, string>): Set<string> {
  return new Set([...assignments.map(keyOf), ...secrets.keys()]);
}
