// `meshroom create integration`
import { createIntegration } from "../../actions/verbs/create-integration";
import { openProject } from "../../mesh/open";
import type { Role } from "../../model/types";
import type { Command } from "../parse/command";
import { constraintsOf, formatOption, modeOption, roleArgument } from "../parse/shared-options";

export const command: Command = {
  description:
    "Adds the capability to either product that lacks it, the manifest products/PRODUCT/integrations/TARGET/TOPIC_ROLE.yml, and beside it hooks to be filled in, unless the product's own hooks serve already; then runs the product's scaffold hooks.",
  arguments: [
    { name: "product", summary: "the product whose side it is", completes: "product" },
    { name: "target", summary: "the product at the other end", completes: "product" },
    { name: "topic", summary: "what is exchanged", completes: "topic" },
    roleArgument,
  ],
  options: [
    modeOption,
    formatOption,
    { flags: "--hooks", summary: "write hooks to be filled in even where the product's own serve" },
  ],
  examples: [
    { command: "create integration my_edr siem events producer", does: "how my_edr sends events to siem" },
    { command: "create integration siem my_edr alerts consumer -m pull", does: "how siem fetches its alerts" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const created = await createIntegration(
      project,
      {
        product: call.required("product"),
        target: call.required("target"),
        topic: call.required("topic"),
        role: call.required("role") as Role,
        constraints: constraintsOf(call),
        withHooks: call.flag("hooks"),
      },
      { onEvent: ({ text, hook }) => text !== undefined && call.terminal.report(`${hook.title}: ${text}`) },
    );
    const { product, target, topic, role, manifest, isNew, files, capabilities, hooksNote, scaffolded } = created;
    return {
      json: created,
      text: () => [
        isNew
          ? `created the integration of ${product} with ${target}: ${role} of ${topic}`
          : `the integration exists already: ${manifest}`,
        ...files.map((file) => `  ${file}`),
      ],
      notes: [
        ...capabilities.map((each) => `added to ${each.manifest}: ${each.role} of ${each.topic}`),
        ...scaffolded.map((title) => `ran: ${title}`),
        ...(hooksNote ? [`no hooks were written, since ${hooksNote}; --hooks writes some that replace it`] : []),
      ],
    };
  },
};
