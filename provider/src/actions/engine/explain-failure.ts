// What the engine says when it can't do its work, as a diagnostic: who holds the lock, which stack is missing, or its own words.
import { hostname } from "node:os";
import type { Diagnostic } from "../../diagnostic";
import { shellWord } from "../../model/name";
import type { Deployment } from "./deployment";

/** `stderr` is what `pulumi` printed: its words for people, without events and states. */
export function explainFailure(deployment: Deployment, stderr: string): Diagnostic {
  const text = stderr.replace(/<\{%.*?%\}>/g, "").replace(/\u001b\[[\d;]*m/g, "");
  if (/currently locked by|Another update is currently in progress/.test(text)) return explainLock(text);
  if (/no stack named/.test(text)) return unknownStack(deployment, text);
  const lines = text.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  return {
    code: "ENGINE_FAILED",
    severity: "error",
    summary: [...new Set(said)].join("; ") || describeEnd(text),
    remedy: remedyFor(text, deployment),
  };
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

interface Holder {
  file: string;
  user: string;
  host: string;
  pid: number;
  since: string;
}

/** The engine says, sometimes twice: `FILE: created by user@host (pid 12) at TIME`. */
function readHolders(text: string): Holder[] {
  const found = [
    ...text.matchAll(/^\s*(?:file:\/\/)?(\S.*?)(?:\?\S*)?: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/gm),
  ];
  const holders = found.map(([, file = "", user = "", host = "", pid, since = ""]) => ({
    file,
    user,
    host,
    pid: Number(pid),
    since,
  }));
  return [...new Map(holders.map((holder) => [holder.file, holder])).values()];
}

function explainLock(text: string): Diagnostic {
  const holders = readHolders(text);
  const problem = { code: "STACK_LOCKED", severity: "error" } as const;
  if (holders.length === 0) {
    return {
      ...problem,
      summary: "another run is at work on this stack",
      remedy: "wait for it to end; if it has ended, `pulumi cancel`",
    };
  }
  const names = holders
    .map(({ user, host, pid, since }) => `${user}@${host} (process ${pid}) since ${since}`)
    .join(", ");
  const removal = `\`rm ${holders.map(({ file }) => shellWord(file)).join(" ")}\``;
  return holders.every(hasEnded)
    ? { ...problem, summary: `a run that has ended without tidying up holds the lock: ${names}`, remedy: removal }
    : {
        ...problem,
        summary: `another run holds the lock: ${names}`,
        remedy: `wait for it to end; if it has ended, ${removal}`,
      };
}

/** Known only of this machine's processes. */
function hasEnded({ host, pid }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
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
