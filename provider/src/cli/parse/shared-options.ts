// Options that several commands take, so that they are called and explained the same everywhere.
import type { Constraints } from "../../model/types";
import type { ArgumentSpec, Call, OptionSpec } from "./command";

export const modes = ["push", "pull"] as const;

export const topicOption: OptionSpec = { flags: "-t, --topic <topic>", summary: "only this topic", completes: "topic" };

export const modeOption: OptionSpec = {
  flags: "-m, --mode <mode>",
  summary: "push: the source is active; pull: the destination is",
  choices: modes,
};

export const formatOption: OptionSpec = { flags: "-f, --format <format>", summary: "the format of the data" };

/** What {@link modeOption} and {@link formatOption} say. */
export function constraintsOf(call: Call): Constraints {
  const [mode, format] = [call.text("mode"), call.text("format")];
  return { ...(mode && { mode }), ...(format && { format }) };
}

export const configOption: OptionSpec = {
  flags: "-c, --config <key=value>",
  summary: "set a setting; repeatable, `a.b=1` for one inside an object",
  isRepeated: true,
};

export const secretOption: OptionSpec = {
  flags: "-s, --read-secret <name>",
  summary: "set a secret to the next line of stdin; repeatable",
  isRepeated: true,
};

export const roleArgument: ArgumentSpec = {
  name: "role",
  summary: "what the product does",
  choices: ["producer", "consumer", "trigger", "executor"],
};

export const noInputOption: OptionSpec = { flags: "--no-input", summary: "ask nothing, even on a terminal" };

export const downOption: OptionSpec = { flags: "--down", summary: "tear down first what is up" };
