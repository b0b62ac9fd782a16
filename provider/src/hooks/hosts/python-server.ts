// Hosts for Python hooks: one interpreter is started per project and forked for each host, which takes milliseconds.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { isProgram } from "../../base/find-program";
import { ForkedChild } from "./forked-child";
import type { HostChild } from "./host-child";
import { scrubbedEnvironment } from "./host-environment";
import { HookFailure } from "./host-job";
import { type HostPurpose, isolated } from "./isolation";
import { lineReader } from "./protocol";
import { explainUnfit, findPython, type Python, type Unfit } from "./python-interpreter";

const BRIDGE = join(__dirname, "..", "..", "..", "python", "bridge.py");

type ServerReply =
  | { type: "server" }
  | ({ type: "unfit" } & Unfit)
  | { forked: number; pid: number }
  | { gone: number; code: number | null; signal: string | null };

/** Of one project. Close it, or the interpreter lives as long as this process. */
export class PythonServer {
  readonly #root: string;
  readonly #project: string;
  readonly #children = new Map<number, ForkedChild>();
  #python: Python | undefined;
  #process: ChildProcess | undefined;
  #listener: Server | undefined;
  #folder: string | undefined;
  #nextChild = 1;
  /** Why there is no server and will be none. */
  #failure: HookFailure | undefined;

  /** `project`: whose interpreter it is. */
  constructor(
    root: string,
    project: string,
    private readonly purpose: HostPurpose,
  ) {
    this.#root = root;
    this.#project = project;
  }

  /** A new host; the interpreter is started with the first. */
  fork(): HostChild {
    // A system without fork pays for an interpreter each time.
    if (process.platform === "win32") return this.#spawn([BRIDGE]);
    const child = new ForkedChild();
    const number = this.#nextChild++;
    this.#children.set(number, child);
    if (!this.#process && !this.#failure) this.#tryToStart();
    if (this.#failure) setImmediate(() => child.fail(this.#failure as HookFailure));
    else this.#requests.write(`${JSON.stringify({ fork: number })}\n`);
    return child;
  }

  get #requests(): Writable {
    return this.#process?.stdio[3] as Writable;
  }

  #spawn(args: readonly string[]): ChildProcess {
    this.#python ??= findPython(this.#project);
    const launch = isolated({ program: this.#python.path, args: [...args] }, this.purpose, process.env);
    return spawn(launch.program, launch.args, {
      cwd: this.#root,
      // UTF-8 whatever the locale; the command is for messages.
      env: { ...scrubbedEnvironment(process.env), PYTHONUTF8: "1", MESHROOM_PYTHON_COMMAND: this.#python.command },
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
  }

  #tryToStart(): void {
    try {
      this.#start();
    } catch (error) {
      if (!(error instanceof HookFailure)) throw error;
      this.#failure = error;
    }
  }

  #start(): void {
    this.#python = findPython(this.#project);
    // What starts it isolated would only say that it has ended.
    if (isAbsolute(this.#python.path) && !isProgram(this.#python.path))
      throw explainUnfit(this.#python, { need: "start", found: "there is no such program" });
    this.#folder = mkdtempSync(join(tmpdir(), "meshroom-"));
    const address = join(this.#folder, "hosts");
    this.#listener = createServer((socket) => this.#onConnection(socket)).listen(address);
    const server = this.#spawn([BRIDGE, address]);
    this.#process = server;
    this.#requests.on("error", () => {});
    let complaint = "";
    server.stdout?.resume();
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    const reader = lineReader((line) => this.#onReply(JSON.parse(line) as ServerReply));
    (server.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => reader.push(chunk));
    server.on("error", (error) =>
      this.#fail(explainUnfit(this.#python as Python, { need: "start", found: error.message })),
    );
    server.on("close", () =>
      this.#fail(explainUnfit(this.#python as Python, { need: "life", found: complaint.trim() })),
    );
  }

  #onReply(reply: ServerReply): void {
    if ("forked" in reply) {
      const child = this.#children.get(reply.forked);
      if (child) child.pid = reply.pid;
    } else if ("gone" in reply) {
      for (const [number, child] of this.#children) {
        if (child.pid !== reply.gone) continue;
        this.#children.delete(number);
        child.end(reply.code, reply.signal);
      }
    } else if (reply.type === "unfit") this.#fail(explainUnfit(this.#python as Python, reply));
  }

  /** The first line says which child opened the connection and for which of its streams. */
  #onConnection(socket: Socket): void {
    const chunks: Buffer[] = [];
    socket.on("error", () => {});
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      const received = Buffer.concat(chunks);
      const end = received.indexOf("\n");
      if (end < 0) return;
      socket.off("data", onData);
      socket.pause();
      if (end + 1 < received.length) socket.unshift(received.subarray(end + 1));
      const { host, stream } = JSON.parse(received.subarray(0, end).toString()) as { host: number; stream: "control" };
      const child = this.#children.get(host);
      if (child) child.attach(stream, socket);
      else socket.destroy();
    };
    socket.on("data", onData);
  }

  #fail(failure: HookFailure): void {
    this.#failure ??= failure;
    for (const child of this.#children.values()) {
      if (child.pid === undefined) child.fail(this.#failure);
      else child.end(null, null);
    }
    this.#children.clear();
  }

  close(): void {
    this.#failure ??= new HookFailure("exited", "the run is being ended");
    for (const child of this.#children.values()) child.kill();
    this.#listener?.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#process?.kill("SIGKILL");
  }
}
