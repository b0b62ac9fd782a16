// How long tests wait: for a condition, never for a moment, with one generous limit that grows with the machine's load.
import { availableParallelism, loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";

/** What an idle machine does in a fraction of it, whatever it is. */
const idle = 120_000;

/** How many times slower than an idle machine this one may be: processes that want to run for each processor. */
export function slowness(): number {
  const [running = 0] = loadavg();
  return Math.max(1, running / availableParallelism());
}

/** Milliseconds after which a command, or what a test waits for, counts as hung; for `steps` of them one after another. */
export function patience(steps = 1): number {
  return Math.ceil(idle * steps * slowness());
}

/**
 * Asks again and again until the answer is neither false nor undefined, and gives it.
 * @throws Error that says what was waited for, and the last answer's `describe`
 */
export async function waitFor<T>(
  what: string,
  ask: () => T | Promise<T>,
  describe: () => string = () => "",
): Promise<NonNullable<T>> {
  const start = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - start > patience()) throw new Error(`waited in vain for ${what}. ${describe()}`.trim());
    await setTimeout(20);
  }
}
