// What `produce`, `watch`, `trigger` and `execute` have in common: their arguments, and how what hooks give is shown.

import type { ExchangeRequest } from "../../actions/exchange/open-exchange";
import type { Json } from "../../base/json";
import { splitKeyValue } from "../../base/key-value";
import { visible, visibleJson, visibleLines } from "../../base/visible";
import type { Mode } from "../../model/types";
import { type ArgumentSpec, type Call, type OptionSpec, type Result, UsageError } from "../parse/command";
import { formatOption, modeOption } from "../parse/shared-options";
import { listenForInterrupts } from "./interrupts";

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
function paramsOf(call: Call): Record<string, Json> {
  const entries = call.list("param").map((text) => {
    const given = splitKeyValue(text);
    if (!given) throw new UsageError(`-p takes key=value, found ${JSON.stringify(text)}`);
    return given;
  });
  return Object.fromEntries(entries);
}

/** Has an action run by its hook, until it is interrupted, and shows what it returned. */
export async function runAction(
  call: Call,
  action: (request: ExchangeRequest, params: Record<string, Json>, signal: AbortSignal) => Promise<Json | undefined>,
): Promise<Result> {
  const interrupts = listenForInterrupts(() => undefined);
  try {
    const value = await action(exchangeRequest(call), paramsOf(call), interrupts.signal);
    return { json: value ?? null, text: () => (value === undefined ? ["done"] : resultLines(value)) };
  } finally {
    interrupts.stop();
  }
}

/** What a hook has returned: the lines of a text, all else as JSON on one line. */
export function resultLines(value: Json): string[] {
  return typeof value === "string" ? visibleLines(value) : [visibleJson(value)];
}

/** One line: text as it is, all else as JSON, and so is a text that is several lines or not what it seems; what arrives may come from an attacker. */
export function itemLine(value: Json): string {
  return typeof value === "string" && visible(value) === value ? value : visibleJson(value);
}
