// `meshroom up`

import { planUp } from "../../actions/verbs/up";
import { STATIC } from "../../base/static";
import { meshProgram } from "../../inline-program";
import { type Command, UsageError } from "../parse/command";
import { selectionArguments, selectionOf } from "../parse/plug-selection";
import { planOptions, runPlan } from "../run/run-plan";

export const command: Command = {
  description: `Shows what differs from what is up, asks, and runs the set-up hooks. A plug that fails does not keep the others from being set up; the next up goes on where it stopped.

Runs the project's Pulumi program: the nearest Pulumi.yaml whose package.json depends on pulumi-meshroom. Without one, a program of its own, with its state in .meshroom/: no account, nothing to set up.

With arguments only the plugs that they name are set up. Without, plugs that have left the tree are torn down as well.`,
  arguments: selectionArguments,
  options: [
    ...planOptions,
    {
      flags: "--static",
      summary: "with --preview: load no hook file, even where its text does not tell what it declares",
    },
  ],
  examples: [
    { command: "up", does: "the whole mesh" },
    { command: "up edge siem events", does: "one plug" },
    { command: "up --preview", does: "only look" },
    { command: "up --preview --static", does: "look, and run nothing of the project but its Pulumi program" },
    { command: "up -y --stack lab", does: "in CI: ask nothing" },
  ],
  run(call) {
    const { root } = call;
    const isStatic = call.flag("static");
    if (isStatic && !call.flag("preview")) throw new UsageError("--static goes with --preview alone", "add --preview");
    // For the program, which may be one of people's own in a process of its own.
    if (isStatic) process.env[STATIC] = "true";
    return runPlan(call, {
      name: "up",
      nothing: "nothing to do: the mesh is as the tree says",
      plan: (options) =>
        planUp({
          root,
          isStatic,
          selection: selectionOf(call),
          stack: call.text("stack"),
          refresh: call.flag("refresh"),
          program: meshProgram(root),
          ...options,
        }),
    });
  },
};
