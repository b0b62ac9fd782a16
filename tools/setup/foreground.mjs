// Runs a child process in the foreground: its input and output are ours, signals go on to it, its exit code comes back.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const forwarded = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 * @returns {Promise<number>} the exit code, 128 + the signal's number where a signal ended the child
 */
export async function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: "inherit" });
  /** @param {NodeJS.Signals} name */
  const forward = (name) => {
    // On a terminal Ctrl-C reaches the whole process group; a second one would be an order to stop at once.
    if (name !== "SIGINT" || !process.stdin.isTTY) child.kill(name);
  };
  for (const name of forwarded) process.on(name, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
    });
  } finally {
    for (const name of forwarded) process.off(name, forward);
  }
}
