// `meshroom publish`
import { publish } from "../../actions/verbs/publish";
import type { Mode, Role } from "../../model/types";
import type { Command } from "../parse/command";
import { formatOption, modeOption, roleArgument } from "../parse/shared-options";
import { withProgress } from "../run/run-catalogue";

export const command: Command = {
  description:
    "Runs publish hooks, which hand integrations to their vendor: those of each integration, else those of its product. Integrations without a manifest are left out.",
  arguments: [
    {
      name: "product",
      summary: "the product whose integrations are published; all where absent",
      isOptional: true,
      completes: "product",
    },
    { name: "target", summary: "only those with this product", isOptional: true, completes: "product" },
    { name: "topic", summary: "only those for this topic or action", isOptional: true, completes: "topic" },
    { ...roleArgument, isOptional: true },
  ],
  options: [modeOption, formatOption],
  examples: [
    { command: "publish sekoia", does: "all integrations of a product" },
    { command: "publish sekoia okta events consumer", does: "one integration" },
  ],
  run: (call) =>
    withProgress(call, (options) => {
      const query = {
        product: call.argument("product"),
        target: call.argument("target"),
        topic: call.argument("topic"),
        role: call.argument("role") as Role | undefined,
        mode: call.text("mode") as Mode | undefined,
        format: call.text("format"),
      };
      return publish(call.root, query, options);
    }),
};
