// A hook host that a fork server has made: not a child of this process, but heard and ended as if it were one.
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { HostChild } from "./host-child";

/** Time in which a host's end should be reported once its connection is closed. */
const REPORT_MS = 1000;

export class ForkedChild extends EventEmitter implements HostChild {
  pid: number | undefined;
  readonly #stdout = new PassThrough();
  readonly #stderr = new PassThrough();
  readonly #requests = new PassThrough();
  readonly #replies = new PassThrough();
  readonly stdio = [null, this.#stdout, this.#stderr, this.#requests, this.#replies] as const;
  readonly #sockets: Socket[] = [];
  #ended = false;

  /** Gives the child the connection that it has opened for one of its streams. */
  attach(stream: "stdout" | "stderr" | "control", socket: Socket): void {
    this.#sockets.push(socket);
    // A reset is an end like any other; how the process ended is told by the fork server.
    socket.on("error", () => {});
    const output = { stdout: this.#stdout, stderr: this.#stderr, control: this.#replies }[stream];
    socket.pipe(output);
    socket.on("close", () => output.end());
    if (stream !== "control") return;
    this.#requests.pipe(socket);
    socket.on("close", () => setTimeout(() => this.end(null, null), REPORT_MS).unref());
  }

  /** Called with what the fork server reports. */
  end(code: number | null, signal: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.emit("exit", code, signal);
    const outputs = [this.#stdout, this.#stderr, this.#replies];
    let open = outputs.filter((output) => !output.readableEnded).length;
    const onEnd = () => --open === 0 && this.emit("close", code, signal);
    if (open === 0) this.emit("close", code, signal);
    else for (const output of outputs) output.once("end", onEnd);
  }

  /** It never came to be. */
  fail(error: Error): void {
    this.#ended = true;
    this.emit("error", error);
  }

  kill(): boolean {
    for (const socket of this.#sockets) socket.destroy();
    return true;
  }
}
