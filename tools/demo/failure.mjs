// What the demo checks, and how a check fails.
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const pollMs = 20;
/** On an idle machine, which takes a fraction of it. */
const patienceMs = 30_000;

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

/** How many times longer than on an idle machine things may take: processes that want to run for each processor. */
function slowness() {
  const [running = 0] = loadavg();
  return Math.max(1, running / availableParallelism());
}

/**
 * Asks again until the answer is as wanted: for what a tenant does after it has answered.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isWanted
 * @param {{ what: string, signal: AbortSignal }} options what: as in "WHAT did not happen within 30 s"
 */
export async function eventually(ask, isWanted, { what, signal }) {
  const start = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (isWanted(answer)) return answer;
    const waited = performance.now() - start;
    check(waited < patienceMs * slowness(), `${what} did not happen within ${Math.round(waited / 1000)} s`);
    await sleep(pollMs);
  }
}
