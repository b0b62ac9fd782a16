// Secrets that would share one environment variable: their names differ, but not in letters and digits.
import type { Diagnostic } from "../diagnostic";
import { type SecretId, secretName, secretVariable } from "./sources";
import { ownName } from "./store-names";

export interface SharedVariables {
  /** By {@link ownName}: the secrets whose variable is not theirs alone. */
  names: ReadonlySet<string>;
  problems: readonly Diagnostic[];
}

/** Pure: the same ids give the same answer in whatever order they come. */
export function sharedVariables(ids: Iterable<SecretId>): SharedVariables {
  const byVariable = new Map<string, Map<string, SecretId>>();
  for (const id of ids) {
    const sharers = byVariable.get(secretVariable(id)) ?? new Map<string, SecretId>();
    byVariable.set(secretVariable(id), sharers.set(ownName(id), id));
  }
  const shared = [...byVariable].filter(([, sharers]) => sharers.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    names: new Set(shared.flatMap(([, sharers]) => [...sharers.keys()])),
    problems: shared.map(([variable, sharers]) => sharedVariable(variable, [...sharers.values()])),
  };
}

function sharedVariable(variable: string, ids: readonly SecretId[]): Diagnostic {
  const names = ids.map(secretName).sort().join(" and ");
  return {
    code: "SECRET_NAME_SHARED",
    severity: "warning",
    summary: `the secrets ${names} would share the environment variable \`${variable}\`, which is used for none of them`,
    remedy: "set them in the stack's config or in secrets.gpg, or rename one of the instances",
  };
}
