// The engine's end: noticed at once, by a connection that stays open. Hooks that are at work then come to their end, nothing new begins.
import { connect } from "node:net";

/** A connection that the engine closes for its own reasons is opened again; one that is refused means that it has ended. */
const RETRY_MS = 100;

let isGone = false;
let atWork = 0;
let onGone: (() => void) | undefined;
let end: (() => void) | undefined;

/** Is no hook at work? */
export function isIdle(): boolean {
  return atWork === 0;
}

/**
 * Calls `gone` when the engine has ended, and `ended` once no hook is at work any more. `address`: HOST:PORT.
 */
export function watchEngine(address: string, gone: () => void, ended: () => void): void {
  onGone = gone;
  end = ended;
  const [host, port] = /^(.*):(\d+)$/.exec(address)?.slice(1) ?? [];
  if (port) keepConnection(host || "127.0.0.1", Number(port));
}

function keepConnection(host: string, port: number): void {
  const socket = connect(port, host);
  socket.unref();
  let wasRefused = false;
  socket.on("error", (error: NodeJS.ErrnoException) => {
    wasRefused = error.code === "ECONNREFUSED";
  });
  socket.resume();
  socket.on("close", () => {
    if (wasRefused) leave();
    else setTimeout(() => keepConnection(host, port), RETRY_MS).unref();
  });
}

function leave(): void {
  isGone = true;
  onGone?.();
  endWhenIdle();
}

function endWhenIdle(): void {
  if (isGone && atWork === 0) end?.();
}

/**
 * Runs a hook and notes what came of it. Once the engine has ended, nothing that begins would be recorded: this never returns then, and the
 * process ends after the hooks that are at work.
 */
export async function whileAtWork<T>(work: () => Promise<T>): Promise<T> {
  if (isGone) return never();
  atWork++;
  try {
    return await work();
  } finally {
    atWork--;
    if (isGone) {
      setImmediate(endWhenIdle);
      await never();
    }
  }
}

/** For what must not go on: nobody hears of it any more. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
