// `meshroom down`
import { planDown } from "../../actions/verbs/down";
import type { Command } from "../parse/command";
import { selectionArguments, selectionOf } from "../parse/plug-selection";
import { planOptions, runPlan } from "../run/run-plan";

export const command: Command = {
  description:
    "Shows which plugs are up, asks, and runs their teardown hooks. Their manifests stay: the next up sets them up again. Nothing else of a Pulumi program is touched.",
  arguments: selectionArguments,
  options: planOptions,
  examples: [
    { command: "down", does: "every plug" },
    { command: "down perimeter", does: "those of one instance" },
    { command: "down edge siem events -y", does: "one plug, without asking" },
  ],
  run(call) {
    return runPlan(call, {
      name: "down",
      nothing: "nothing to do: no such plug is up",
      plan: (options) =>
        planDown({
          root: call.root,
          selection: selectionOf(call),
          stack: call.text("stack"),
          refresh: call.flag("refresh"),
          ...options,
        }),
    });
  },
};
