// `meshroom unplug`
import { requirePlug } from "../../actions/finding/find-plugs";
import { requireInstance } from "../../actions/finding/lookup";
import { unplug } from "../../actions/verbs/unplug";
import { meshroomCommand } from "../../base/words";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import type { Command } from "../parse/command";
import { constraintsOf, downOption, formatOption, modeOption } from "../parse/shared-options";
import { takeDown } from "../run/take-down";

export const command: Command = {
  description:
    "Removes the plug's manifest and secrets. A plug that is up is refused, since nothing would know any more how to tear it down; --down does that first.",
  arguments: [
    { name: "topic", summary: "what is exchanged", completes: "plug-topic" },
    { name: "src", summary: "the instance at the source", completes: "plug-source" },
    { name: "dst", summary: "the instance at the destination", completes: "plug-destination" },
  ],
  options: [modeOption, formatOption, downOption, ...recipientOptions],
  examples: [
    { command: "unplug events edge central", does: "a plug that is not up" },
    { command: "unplug events edge central --down", does: "tear it down, then remove it" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const topic = call.required("topic");
    const source = requireInstance(project, call.required("src")).address;
    const destination = requireInstance(project, call.required("dst")).address;
    const plug = requirePlug(project, { topic, source, destination, constraints: constraintsOf(call) }, "unplug");
    const command = meshroomCommand("unplug", [topic, source, destination]);
    await takeDown(call, [plug], { source, destination, topic }, command);
    const policy = new CalledPolicy(call);
    const { warnings, ...json } = await unplug(project, plug, process.env, policy);
    return {
      json,
      text: () => [`unplugged: ${topic} from ${source} to ${destination}, removed ${plug.manifest}`],
      notes: policy.notes,
      diagnostics: warnings,
    };
  },
};
