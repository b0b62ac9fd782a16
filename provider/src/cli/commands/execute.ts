// `meshroom execute`
import { execute } from "../../actions/verbs/execute";
import type { Command } from "../parse/command";
import { exchangeArguments, exchangeOptions, paramOption, runAction } from "../run/run-exchange";

export const command: Command = {
  description:
    "Runs the action by the execute hook of the instance; with a destination, by that of the executor of the plug.",
  arguments: exchangeArguments(
    "the executor; with a destination, the trigger",
    "the executor, to run it for one plug",
    "action",
  ),
  options: [...exchangeOptions, paramOption],
  examples: [{ command: "execute block_ip perimeter -p ip=203.0.113.7", does: "at the firewall itself" }],
  run: (call) => runAction(call, execute),
};
