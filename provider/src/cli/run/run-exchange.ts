// What `produce`, `watch`, `trigger` and `execute` have in common: their arguments, and how what hooks give is shown.
import type { ExchangeRequest } from "../../actions/exchange/open-exchange";
import type { Json } from "../../base/json";
import type { Mode } from "../../model/types";
import { type ArgumentSpec, type Call, type OptionSpec, UsageError } from "../parse/command";
import { formatOption, modeOption } from "../parse/shared-options";

export function exchangeArguments(instance: string, destination: string, topic = "topic"): ArgumentSpec[] {
  return [
    { name: "topic", summary: `the ${topic}`, completes: "topic" },
    { name: "instance", summary: instance, completes: "instance" },
    { name: "dst", summary: destination, isOptional: true, completes: "instance" },
  ];
}

export const exchangeOptions: readonly OptionSpec[] = [
  modeOption,
  formatOption,
  {
    flags: "--stack <name>",
    summary: "the stack of a Pulumi program whose state is used; the selected one where absent",
  },
];

export const paramOption: OptionSpec = {
  flags: "-p, --param <key=value>",
  summary: "a parameter of the action; repeatable",
  isRepeated: true,
};

export function exchangeRequest(call: Call): ExchangeRequest {
  return {
    root: call.root,
    topic: call.required("topic"),
    instance: call.required("instance"),
    destination: call.argument("dst"),
    mode: call.text("mode") as Mode | undefined,
    format: call.text("format"),
    stack: call.text("stack"),
    onLine: (level, line) => {
      if (level !== "debug" || call.isDebug) call.terminal.report(line);
    },
    onNote: (text) => call.terminal.report(`warning: ${text}`),
  };
}

/** @throws UsageError */
export function paramsOf(call: Call): Record<string, Json> {
  const entries = call.list("param").map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`-p takes key=value, found ${JSON.stringify(text)}`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** Text as it is, all else as JSON on one line. */
export function jsonLine(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As {@link jsonLine}; a text that is several lines, or would move the terminal's cursor, is JSON as well: what arrives may come from an attacker. */
export function itemLine(value: Json): string {
  const line = jsonLine(value);
  if (!/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/.test(line)) return line;
  return JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
