// Waits for what a product does after it was asked: never a fixed time, always a condition with a limit.

export interface Limit {
  /** Milliseconds; a minute where absent: much more than it takes, so that a busy machine does not fail. */
  within?: number;
  signal?: AbortSignal;
}

/** Resolves with the first result that is neither false nor undefined; the error says what was waited for. */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  limit: Limit = {},
): Promise<NonNullable<T>> {
  const { within = 60_000, signal } = limit;
  const end = Date.now() + within;
  for (;;) {
    signal?.throwIfAborted();
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s in vain: ${what}`);
    await pause(20);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
