// Which hook serves `produce`, `watch`, `trigger` or `execute`: the most specific one, at the end that comes first for the command.
import type { Described } from "../../hooks/describing/describe";
import { type HookEnd, selectHooks } from "../../hooks/describing/select";
import type { HookDescription } from "../../model/hook";
import type { Role } from "../../model/types";

export type ExchangeKind = "produce" | "watch" | "trigger" | "execute";

/**
 * The roles whose hooks serve a command, the first to be asked first. A producer produces, or the consumer emulates it; a consumer is
 * watched, or the producer is; an action is triggered at its trigger and executed at its executor.
 */
export const rolesServing: Readonly<Record<ExchangeKind, readonly Role[]>> = {
  produce: ["producer", "consumer"],
  watch: ["consumer", "producer"],
  trigger: ["trigger"],
  execute: ["executor"],
};

/** The hook and the end at which it runs. */
export interface ServingHook<End extends HookEnd> {
  hook: HookDescription;
  end: End;
}

/** `ends` are those of a plug, or the roles that an instance may have. */
export function chooseHook<End extends HookEnd>(
  kind: ExchangeKind,
  ends: readonly End[],
  described: ReadonlyMap<string, Described>,
): ServingHook<End> | undefined {
  for (const role of rolesServing[kind]) {
    for (const end of ends.filter((each) => each.role === role)) {
      const [hook] = selectHooks(kind, end, described).sort((a, b) => bySpecificity(end, a, b));
      if (hook) return { hook, end };
    }
  }
  return undefined;
}

/** The sort is stable, so equals stay in the order in which they would run. */
function bySpecificity({ integration }: HookEnd, a: HookDescription, b: HookDescription): number {
  const rank = ({ file, topic, role, mode, format }: HookDescription) =>
    (integration?.hookFiles.includes(file) ? 10 : 0) +
    [topic, role, mode, format].filter((option) => option !== undefined).length;
  return rank(b) - rank(a);
}
