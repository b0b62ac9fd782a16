// `meshroom up`
import { planUp } from "../../actions/verbs/up";
import { meshProgram } from "../../inline-program";
import type { Command } from "../parse/command";
import { selectionArguments, selectionOf } from "../parse/plug-selection";
import { planOptions, runPlan } from "../run/run-plan";

export const command: Command = {
  description: `Shows what differs from what is up, asks, and runs the set-up hooks. A plug that fails does not keep the others from being set up; the next up goes on where it stopped.

Runs the project's Pulumi program: the nearest Pulumi.yaml whose package.json depends on pulumi-meshroom. Without one, a program of its own, with its state in .meshroom/: no account, nothing to set up.

With arguments only the plugs that they name are set up. Without, plugs that have left the tree are torn down as well.`,
  arguments: selectionArguments,
  options: planOptions,
  examples: [
    { command: "up", does: "the whole mesh" },
    { command: "up edge siem events", does: "one plug" },
    { command: "up --preview", does: "only look" },
    { command: "up -y --stack lab", does: "in CI: ask nothing" },
  ],
  run(call) {
    const { root } = call;
    return runPlan(call, {
      name: "up",
      nothing: "nothing to do: the mesh is as the tree says",
      plan: (options) =>
        planUp({
          root,
          selection: selectionOf(call),
          stack: call.text("stack"),
          refresh: call.flag("refresh"),
          program: meshProgram(root),
          ...options,
        }),
    });
  },
};
