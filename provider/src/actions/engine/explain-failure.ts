// What the engine says when it can't do its work, as a diagnostic: who holds the lock, which stack is missing, or its own words.

import { shellWord } from "../../base/words";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import type { Deployment } from "./deployment";
import { describeHolder, isLockFailure, readHolders, stateOfHolder } from "./lock";

/** `stderr` is what `pulumi` printed: its words for people, without events and states. */
export function explainFailure(deployment: Deployment, stderr: string): Diagnostic {
  const text = stderr.replace(/<\{%.*?%\}>/g, "").replace(/\u001b\[[\d;]*m/g, "");
  if (isLockFailure(text)) return explainLock(text, deployment);
  if (/no stack named/.test(text)) return unknownStack(deployment, text);
  const lines = text.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  return {
    code: "ENGINE_FAILED",
    severity: "error",
    summary: [...new Set(said)].join("; ") || describeEnd(text),
    remedy: remedyFor(text, deployment),
    cause: text,
  };
}

/** What `pulumi` printed, where that is what went wrong. */
export function failureText(error: unknown): string | undefined {
  const cause = error instanceof MeshroomError ? error.diagnostics[0]?.cause : undefined;
  return typeof cause === "string" ? cause : undefined;
}

function describeEnd(text: string): string {
  const signal = /was killed with (SIG\w+)/.exec(text)?.[1];
  return signal ? `pulumi was ended by ${signal}` : "pulumi ended without saying why";
}

function remedyFor(text: string, { kind, folder }: Deployment): string {
  if (/passphrase must be set|incorrect passphrase/.test(text)) {
    return kind === "program"
      ? "export PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
      : `bring back the passphrase that the state in ${folder} was made with`;
  }
  if (/PULUMI_ACCESS_TOKEN/.test(text))
    return "`pulumi login`, or a backend without an account: `pulumi login --local`";
  return `run \`pulumi stack\` in ${folder} to see the stack's state`;
}

/** `text`: what the engine says of the lock. */
export function explainLock(text: string, { kind, stack }: Deployment): Diagnostic {
  const holders = readHolders(text);
  const names = holders.map(describeHolder).join(", ");
  const states = new Set(holders.map(stateOfHolder));
  const recover = `\`meshroom recover${kind === "program" && stack !== undefined ? ` --stack ${shellWord(stack)}` : ""}\``;
  const pids = holders.filter((holder) => stateOfHolder(holder) === "alive").map(({ pid }) => pid);
  const problem = { code: "STACK_LOCKED", severity: "error", cause: text } as const;
  if (holders.length > 0 && states.size === 1 && states.has("ended")) {
    return { ...problem, summary: `a run that has ended without tidying up holds the lock: ${names}`, remedy: recover };
  }
  return {
    ...problem,
    summary: names ? `another run holds the lock: ${names}` : "another run is at work on this stack",
    remedy:
      pids.length > 0
        ? `wait for it to end, or end it: \`kill -INT ${pids.join(" ")}\``
        : `wait for it to end; if it has ended, ${recover}`,
  };
}

function unknownStack({ stack, folder }: Deployment, text: string): Diagnostic {
  const name = /no stack named '([^']*)'/.exec(text)?.[1] ?? stack ?? "";
  return {
    code: "STACK_UNKNOWN",
    severity: "error",
    summary: `the Pulumi project in ${folder} has no stack ${name}`,
    remedy: `name one of \`pulumi stack ls\` with \`--stack\`, or make it: \`pulumi stack init ${name || "NAME"}\``,
  };
}
