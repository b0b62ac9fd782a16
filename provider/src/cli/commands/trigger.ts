// `meshroom trigger`
import { trigger } from "../../actions/verbs/trigger";
import type { Command } from "../parse/command";
import { exchangeArguments, exchangeOptions, paramOption, runAction } from "../run/run-exchange";

export const command: Command = {
  description:
    "Has the source of a plug ask for the action, by its trigger hook; what the executor then does is up to the plug. Without a destination, the instance runs the action itself, by its execute hook.",
  arguments: exchangeArguments(
    "the trigger, or an instance that runs the action",
    "the executor, to go through one plug",
    "action",
  ),
  options: [...exchangeOptions, paramOption],
  examples: [{ command: "trigger block_ip siem perimeter -p ip=203.0.113.7", does: "through one plug" }],
  run: (call) => runAction(call, trigger),
};
