// The arguments of `up` and `down`.
import type { PlugQuery } from "../../actions/finding/find-plugs";
import type { ArgumentSpec, Call } from "./command";
import { modes } from "./shared-options";

export const selectionArguments: readonly ArgumentSpec[] = [
  {
    name: "instance",
    summary: "only plugs that start or end here; with a target, that start here",
    isOptional: true,
    completes: "instance",
  },
  { name: "target", summary: "only plugs that end here", isOptional: true, completes: "instance" },
  { name: "topic", summary: "only plugs for this topic or action", isOptional: true, completes: "plug-topic" },
  { name: "mode", summary: "only plugs of this mode", isOptional: true, choices: modes },
];

export function selectionOf(call: Call): PlugQuery {
  const [instance, target, mode] = [call.argument("instance"), call.argument("target"), call.argument("mode")];
  return {
    ...(target === undefined ? { instance } : { source: instance, destination: target }),
    topic: call.argument("topic"),
    constraints: mode === undefined ? undefined : { mode },
  };
}
