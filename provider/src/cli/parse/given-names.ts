// Which settings need not be asked for, since options give them.

/** Dotted names of `key=value` assignments and of secrets; `src.` and `dst.` of a plug's are left as typed. */
export function givenNames(assignments: readonly string[], secrets: ReadonlyMap<string, string>): Set<string> {
  return new Set([...assignments.map((assignment) => assignment.split("=", 1)[0] ?? assignment), ...secrets.keys()]);
}
