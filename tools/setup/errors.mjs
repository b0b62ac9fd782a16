// The two ends of a set-up that are not a bug: something the person must repair, and Ctrl-C.
import { constants } from "node:os";

/** The message says what is wrong and what repairs it; it is shown without a stack. */
export class SetupError extends Error {}

export class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * An abort signal that follows the process's own signals, so that work can clean up behind itself.
 * @returns {{ signal: AbortSignal, stop: () => void }}
 */
export function catchInterrupts() {
  const controller = new AbortController();
  /** @type {NodeJS.Signals[]} */
  const names = ["SIGINT", "SIGTERM", "SIGHUP"];
  /** @param {NodeJS.Signals} name */
  const interrupt = (name) => controller.abort(new Interrupted(name));
  for (const name of names) process.on(name, interrupt);
  return { signal: controller.signal, stop: () => names.forEach((name) => void process.off(name, interrupt)) };
}
