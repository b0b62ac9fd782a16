// Runs a child process of the set-up: its output goes to the caller line by line, an abort ends it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { SetupError } from "./errors.mjs";

const keptLines = 40;
const killAfterMs = 10_000;

/**
 * Resolves with the output when the child ends with 0; otherwise throws a SetupError that ends in the last lines it
 * wrote, or the abort's reason once the child is gone.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, onLine?: (line: string) => void, shell?: boolean }} options
 * @returns {Promise<string>}
 */
export async function run(command, args, { signal, onLine = () => {}, ...options } = {}) {
  signal?.throwIfAborted();
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  /** @type {string[]} */
  const lines = [];
  /** @type {string[]} */
  const out = [];
  child.stdout.setEncoding("utf8").on("data", (text) => out.push(text));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine(line);
    });
  }
  const end = await ended(child, signal);
  signal?.throwIfAborted();
  if (end === "ok") return out.join("");
  throw new SetupError([`${[command, ...args].join(" ")}: ${end}`, ...lines].join("\n  "));
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
function ended(child, signal) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Timeout | undefined} */
    let killer;
    const abort = () => {
      child.kill("SIGINT");
      killer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    };
    /** @param {string} how */
    const finish = (how) => {
      clearTimeout(killer);
      signal?.removeEventListener("abort", abort);
      resolve(how);
    };
    signal?.addEventListener("abort", abort, { once: true });
    child.on("error", (error) => finish(error.message));
    child.on("close", (code, by) => finish(code === 0 ? "ok" : by ? `ended by ${by}` : `exit code ${code}`));
  });
}
