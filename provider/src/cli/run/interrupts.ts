// Ctrl-C, and the signal with which a service ends a process.

/** How often the user has asked for an end. */
export interface Interrupts {
  /** Aborted at the first request that only this process has heard of. */
  readonly signal: AbortSignal;
  isRequested(): boolean;
  /** No longer listens. */
  stop(): void;
}

/**
 * Listens until stopped. `sharesTerminal`: the work is done by a child process of the terminal's foreground group, which Ctrl-C reaches by
 * itself. Passing the first one on would be a second one to it, and end it at once.
 */
export function listenForInterrupts(onRequest: (count: number) => void, sharesTerminal = false): Interrupts {
  const controller = new AbortController();
  let count = 0;
  const isPassedOn = () => !sharesTerminal || !process.stdin.isTTY || count > 1;
  const onInterrupt = () => {
    count++;
    onRequest(count);
    if (isPassedOn()) controller.abort();
  };
  const onTerminate = () => {
    count++;
    onRequest(count);
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  return {
    signal: controller.signal,
    isRequested: () => count > 0,
    stop: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
    },
  };
}
