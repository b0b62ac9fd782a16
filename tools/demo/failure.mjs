// What the demo checks, and how a check fails.
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 20;
const patienceMs = 10_000;

/** A check that did not hold, or a command that failed. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [look] where to look
   */
  constructor(message, look = "what the tenants say, below") {
    super(message);
    this.look = look;
  }
}

/**
 * @param {boolean} holds
 * @param {string} message what is wrong where it does not
 * @param {string} [look]
 */
export function check(holds, message, look) {
  if (!holds) throw new Failure(message, look);
}

/**
 * Asks again until the answer is as wanted: for what a tenant does after it has answered.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isWanted
 * @param {{ what: string, signal: AbortSignal }} options what: as in "WHAT did not happen within 10 s"
 */
export async function eventually(ask, isWanted, { what, signal }) {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (isWanted(answer)) return answer;
    check(performance.now() < deadline, `${what} did not happen within ${patienceMs / 1000} s`);
    await sleep(pollMs);
  }
}
