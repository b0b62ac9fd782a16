// What is decided about a product, an end or a step, in the form in which the engine keeps it.

import type { Json } from "../base/json";
import { type Diagnostic, isError } from "../diagnostic";
import type { PlugEnd, Step } from "../graph/resolve-plug";
import type { StepInputs } from "../mesh/stored";
import { checkSettings, withDefaults } from "../model/setting";
import type { Plug } from "../model/types";

export function stepInputs({ side, hook }: Step): StepInputs {
  const { kind, title, file, timeout } = hook;
  return {
    side,
    kind: kind as StepInputs["kind"],
    title,
    file,
    export: hook.export,
    exclusive: hook.exclusive || undefined,
    timeout,
  };
}

/** `src_config` or `dst_config`, typed by the settings of that end's integration. */
export function endConfig(
  end: PlugEnd,
  values: Plug["src_config"],
  plug: Plug,
  problems: Diagnostic[],
): Record<string, Json> | undefined {
  const declared = end.integration?.settings ?? [];
  const key = end.side === "source" ? "src_config" : "dst_config";
  const checked = checkSettings(declared, values, {
    subject: `${key} of plug ${plug.manifest}`,
    place: () => ({ at: plug.at }),
  });
  problems.push(...checked.problems.filter((problem) => isError(problem) || declared.length > 0));
  const filled = withDefaults(declared, checked.values) as Record<string, Json>;
  return Object.keys(filled).length > 0 ? filled : undefined;
}
