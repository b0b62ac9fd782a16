// `meshroom path`
import { type FoundPath, type FoundWay, findPath } from "../../actions/verbs/find-path";
import { describeConstraints } from "../../base/words";
import type { Command } from "../parse/command";
import { formatOption } from "../parse/shared-options";
import { describeProblem, diagnosticJson } from "../show/print";
import type { View } from "../show/view";

export const command: Command = {
  description:
    "Straight ways first; where there is none, why not. Then ways over a third product that takes the topic in one format and gives it in " +
    "another, with the commands that make them. Exit code 1 where there is no way at all.",
  arguments: [
    { name: "source", summary: "the instance or product that has it", completes: "instance" },
    { name: "destination", summary: "the instance or product that is to get it", completes: "instance" },
    { name: "topic", summary: "the topic", completes: "topic" },
  ],
  options: [{ ...formatOption, summary: "the format in which it must arrive" }],
  examples: [
    { command: "path edge central events", does: "how events get from edge to central" },
    { command: "path edge central events --format ocsf", does: "so that they arrive as OCSF" },
  ],
  run(call) {
    const found = findPath({
      root: call.root,
      source: call.required("source"),
      destination: call.required("destination"),
      topic: call.required("topic"),
      format: call.text("format"),
    });
    return {
      json: { ...found, reasons: found.reasons.map(diagnosticJson) },
      text: (view) => renderPath(found, view),
      exitCode: found.direct.length + found.indirect.length > 0 ? 0 : 1,
    };
  },
};

function* renderPath({ direct, reasons, indirect }: FoundPath, view: View): Generator<string> {
  for (const way of direct) yield* renderWay("direct", way);
  for (const reason of reasons) yield describeProblem({ ...reason, severity: "warning" }, view);
  for (const way of indirect) yield* renderWay(`over ${way.via}`, way);
  if (direct.length + indirect.length === 0) yield "no way, straight or over one other product";
}

function* renderWay(title: string, { legs, commands }: FoundWay): Generator<string> {
  const shown = legs.map(({ source, destination, constraints }) => {
    const words = describeConstraints(constraints);
    return `${source.product} -> ${destination.product}${words === "" ? "" : ` (${words})`}`;
  });
  yield `${title}: ${shown.join(", ")}`;
  for (const line of commands) yield `  ${line}`;
}
