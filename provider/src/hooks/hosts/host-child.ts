// The process of a hook host, whoever started it: this process (a ChildProcess is one) or a fork server.
import type { Readable, Writable } from "node:stream";

export interface HostChild {
  /** Unknown until it runs. Its process group has the same number. */
  readonly pid?: number;
  /** Nothing, stdout, stderr, requests, replies. */
  readonly stdio: readonly unknown[];
  kill(signal: "SIGKILL"): boolean;
  /** It could not be started. */
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: () => void): unknown;
  /** It has ended and all its output has been read. */
  on(event: "close", listener: (code: number | null, signal: string | null) => void): unknown;
}

/** `child.stdio` as hosts have it. */
export type HostStreams = readonly [unknown, Readable, Readable, Writable, Readable];
