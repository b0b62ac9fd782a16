// `meshroom remove`
import { requireInstance } from "../../actions/finding/lookup";
import { plugsOf, removeInstance } from "../../actions/verbs/remove";
import { meshroomCommand } from "../../base/words";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import type { Command } from "../parse/command";
import { downOption } from "../parse/shared-options";
import { takeDown } from "../run/take-down";

export const command: Command = {
  description:
    "Removes the instance's folder, every plug that starts or ends there, and their secrets. Plugs that are up are refused; --down tears them down first.",
  arguments: [
    { name: "instance", summary: "its name, or product/name", completes: "instance" },
    {
      name: "product",
      summary: "its product, where several have an instance of that name",
      isOptional: true,
      completes: "product",
    },
  ],
  options: [downOption, ...recipientOptions],
  examples: [
    { command: "remove lab", does: "one whose plugs are not up" },
    { command: "remove lab edr --down", does: "that of edr, torn down first" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const [name, product] = [call.required("instance"), call.argument("product")];
    const instance = requireInstance(
      project,
      product === undefined || name.includes("/") ? name : `${product}/${name}`,
    );
    const policy = new CalledPolicy(call);
    const plugs = plugsOf(project, instance);
    await takeDown(call, plugs, { instance: instance.address }, meshroomCommand("remove", [instance.address]));
    const { warnings, ...json } = await removeInstance(project, instance, process.env, policy);
    return {
      json,
      text: () => [
        `removed instance ${json.address}: ${json.path}/`,
        ...json.plugs.map((manifest) => `  and its plug ${manifest}`),
      ],
      notes: policy.notes,
      diagnostics: warnings,
    };
  },
};
