// `meshroom pull`
import { pull } from "../../actions/verbs/pull";
import type { Command } from "../parse/command";
import { withProgress } from "../run/run-catalogue";

export const command: Command = {
  description:
    "Runs the product's pull hooks, which write what the vendor's catalogue has into products/. See what has changed with git.",
  arguments: [{ name: "product", summary: "the product whose catalogue is pulled", completes: "product" }],
  examples: [{ command: "pull sekoia", does: "the integrations that the vendor offers" }],
  run: (call) => withProgress(call, (options) => pull(call.root, call.required("product"), options)),
};
