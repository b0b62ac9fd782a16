// `meshroom create product`
import { createProduct } from "../../actions/verbs/create-product";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";

export const command: Command = {
  description:
    "A template of the product's category brings typical topics, actions and settings, and hooks for a REST API to be adapted. A product that exists is left alone.",
  arguments: [{ name: "name", summary: "the product's name, which is its folder's" }],
  options: [{ flags: "--from <template>", summary: "the category, such as edr or siem", completes: "template" }],
  examples: [
    { command: "create product my_edr --from edr", does: "from a template" },
    { command: "create product my_tool", does: "from scratch" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const { warnings, ...created } = await createProduct(project, call.required("name"), call.text("from"));
    const { name, path, isNew, files } = created;
    return {
      json: created,
      text: () => [
        isNew ? `created product ${name}` : `product ${name} exists already: ${path}/`,
        ...files.map((file) => `  ${file}`),
      ],
      diagnostics: warnings,
    };
  },
};
