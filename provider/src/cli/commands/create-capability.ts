// `meshroom create capability`

import { requireProduct } from "../../actions/finding/lookup";
import { createCapability } from "../../actions/verbs/create-capability";
import { describeConstraints } from "../../base/words";
import { openProject } from "../../mesh/open";
import type { Role } from "../../model/types";
import type { Command } from "../parse/command";
import { constraintsOf, formatOption, modeOption, roleArgument } from "../parse/shared-options";

export const command: Command = {
  description: "Adds an entry to the product's definition.yaml. What is left open (mode, format) matches anything.",
  arguments: [
    { name: "product", summary: "the product", completes: "product" },
    { name: "topic", summary: "what it is about: a topic of data, or an action", completes: "topic" },
    roleArgument,
  ],
  options: [modeOption, formatOption],
  examples: [
    { command: "create capability my_edr events producer -f json", does: "it produces events as JSON" },
    { command: "create capability my_edr isolate_host executor", does: "it can isolate hosts" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const product = requireProduct(project, call.required("product"));
    const created = await createCapability(project, product, {
      topic: call.required("topic"),
      role: call.required("role") as Role,
      constraints: constraintsOf(call),
    });
    const described = describeConstraints(created.constraints);
    const what = `${created.role} of ${created.topic}${described ? ` (${described})` : ""}`;
    return {
      json: created,
      text: () => [
        created.isNew ? `added to ${created.manifest}: ${what}` : `${created.manifest} has it already: ${what}`,
      ],
    };
  },
};
