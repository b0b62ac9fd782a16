// `meshroom pull`
import { pull } from "../../actions/pull";
import { withProgress } from "../catalogue-run";
import type { Command } from "../command";

export const command: Command = {
  description:
    "Runs the product's pull hooks, which write what the vendor's catalogue has into products/. See what has changed with git.",
  arguments: [{ name: "product", summary: "the product whose catalogue is pulled", completes: "product" }],
  examples: [{ command: "pull sekoia", does: "the integrations that the vendor offers" }],
  run: (call) => withProgress(call, (options) => pull(call.root, call.required("product"), options)),
};
