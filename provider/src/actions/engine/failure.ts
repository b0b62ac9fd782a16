// What the engine says when it can't do its work, as a diagnostic: who holds the lock, which stack is missing, or its own words.
import type { Diagnostic } from "../../diagnostic";
import type { Deployment } from "./deployment";

/** `stderr` is what `pulumi` printed: its words for people, without events and states. */
export function explainFailure(deployment: Deployment, stderr: string): Diagnostic {
  const text = stderr.replace(/<\{%.*?%\}>/g, "").replace(/\u001b\[[\d;]*m/g, "");
  if (/currently locked by|Another update is currently in progress/.test(text)) return explainLock(text);
  if (/no stack named/.test(text)) return unknownStack(deployment, text);
  const lines = text.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  const needsPassphrase = /passphrase must be set|incorrect passphrase/.test(text);
  return {
    code: "ENGINE_FAILED",
    severity: "error",
    summary: [...new Set(said)].join("; ") || lines.filter(Boolean).at(-1) || "pulumi ended without saying why",
    remedy: needsPassphrase
      ? passphraseRemedy(deployment)
      : `run \`pulumi stack\` in ${deployment.folder} to see the stack's state`,
  };
}

function passphraseRemedy({ kind, folder }: Deployment): string {
  return kind === "program"
    ? "export PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
    : `bring back the passphrase that the state in ${folder} was made with`;
}

/** The engine says: `FILE: created by user@host (pid 12) at TIME`. */
function explainLock(text: string): Diagnostic {
  const holders = [...text.matchAll(/^\s*(\S.*?): created by (\S+) \(pid (\d+)\) at (\S+)/gm)];
  const names = holders.map(([, , who, pid, time]) => `${who} (process ${pid}) since ${time}`);
  const files = holders.map(([, file]) => String(file).replace(/^file:\/\//, ""));
  const summary =
    names.length > 0 ? `another run holds the lock: ${names.join(", ")}` : "another run is at work on this stack";
  const forced =
    files.length > 0
      ? `; if that process has ended, remove its lock: \`rm ${files.join(" ")}\``
      : "; if it has ended, `pulumi cancel`";
  return { code: "STACK_LOCKED", severity: "error", summary, remedy: `wait for it to end${forced}` };
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
