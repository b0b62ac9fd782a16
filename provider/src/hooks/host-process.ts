// One hook host process as its parent sees it: starts it, gives it one job at a time, ends it when a hook misbehaves.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Location } from "../diagnostic";
import type { HookDescription } from "../model/hook";
import type { Json } from "./api";
import {
  type HookError,
  lineReader,
  OUTPUT_END,
  PROTOCOL_VERSION,
  type Reply,
  type Request,
  type SecretScope,
} from "./protocol";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** What a host is asked to do, and who listens while it does. */
export interface HostJob {
  request: WithoutId<Extract<Request, { type: "describe" | "invoke" }>>;
  /** Seconds until the hook is cancelled; it is killed `GRACE_SECONDS` later. */
  timeout: number;
  signal?: AbortSignal;
  onLine?(level: "debug" | "info" | "warning", line: string): void;
  onSettings?(settings: Record<string, Json>): void;
  /** What a watch hook yields. */
  onItem?(value: Json): void;
  onSetSecret?(name: string, value: string | null): void;
  /** Answers `instance.secret()` and its like; a rejection is thrown inside the hook. */
  secret?(scope: SecretScope, name: string): Promise<string>;
}

export type HostAnswer = { hooks: HookDescription[] } | { value: Json | undefined };

/** Why a hook did not come to a good end. `message` may hold secrets until it is masked. */
export class HookFailure extends Error {
  constructor(
    readonly rule: "load" | "missing" | "failed" | "timeout" | "exited" | "result",
    message: string,
    readonly at?: Location,
  ) {
    super(message);
    this.name = "HookFailure";
  }
}

/** Time that a cancelled hook has to end by itself. */
const GRACE_SECONDS = 2;
/** Heap of a host, MiB: a hook that eats more ends its own host instead of the machine. */
const HEAP_MIB = 1024;
/** Longest line that is passed on, in characters, and lines per job: the rest is counted, not shown. */
const LINE_LIMIT = 4_000;
const LINES_LIMIT = 200;

/** Ended jobs that may still hear of errors that their hooks left behind. */
const LATE_LISTENERS = 32;

interface Running {
  id: number;
  job: HostJob;
  lines: number;
  ended: { stdout: boolean; stderr: boolean };
  answer?: () => void;
  /** Set once the time is up: whatever the hook answers then comes too late. */
  late?: string;
  timer?: NodeJS.Timeout;
  resolve(answer: HostAnswer): void;
  reject(failure: HookFailure): void;
}

/** The environment without what belongs to Pulumi and to us: passphrases, tokens, secrets. */
export function scrubbedEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).filter(([name]) => !/^(PULUMI|MESHROOM)_/i.test(name));
  return Object.fromEntries(entries);
}

export class HookHost {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #lateListeners = new Map<number, HostJob>();
  #running: Running | undefined;
  #nextId = 1;
  #gone = false;

  private constructor(child: ChildProcess, ready: (host: HookHost) => Promise<void>) {
    this.#child = child;
    this.ready = ready(this);
  }

  /** Starts the host for TypeScript hooks with `root` (the Meshroom project) as its folder. */
  static startTypeScript(root: string): HookHost {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, join(__dirname, "typescript-host.js")], {
      cwd: root,
      env: scrubbedEnvironment(process.env),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      // A group of its own: Ctrl-C lets running hooks finish, and what a hook started can be ended with it.
      detached: process.platform !== "win32",
    });
    return new HookHost(child, (host) => host.#connect());
  }

  get isGone(): boolean {
    return this.#gone;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  #connect(): Promise<void> {
    const [, stdout, stderr, requests, replies] = this.#child.stdio as [null, Readable, Readable, Writable, Readable];
    requests.on("error", () => {});
    this.#listen("stdout", stdout);
    this.#listen("stderr", stderr);
    return new Promise((resolve, reject) => {
      const reader = lineReader((line) => {
        const reply = JSON.parse(line) as Reply;
        if (reply.type !== "ready") this.#guard(() => this.#onReply(reply));
        else if (reply.protocol === PROTOCOL_VERSION) resolve();
        else reject(new HookFailure("load", `the hook host speaks protocol ${reply.protocol}, not ${PROTOCOL_VERSION}`));
      });
      replies.setEncoding("utf8").on("data", (chunk: string) => reader.push(chunk));
      this.#child.on("error", (error) => reject(new HookFailure("load", `the hook host does not start: ${error.message}`)));
      this.#child.on("close", (code, signal) => {
        this.#gone = true;
        reject(new HookFailure("load", "the hook host ended while it was starting"));
        this.#fail("exited", `ended its process (${signal ? describeSignal(signal) : `exit code ${code}`})`);
      });
    });
  }

  #listen(stream: "stdout" | "stderr", readable: Readable): void {
    const level = stream === "stdout" ? "info" : "warning";
    const reader = lineReader((line) => {
      const mark = line.indexOf(OUTPUT_END);
      const text = mark < 0 ? line : line.slice(0, mark);
      if (text) this.#guard(() => this.#emit(level, text));
      if (mark < 0 || !this.#running || line.slice(mark + 1) !== String(this.#running.id)) return;
      this.#running.ended[stream] = true;
      this.#answerWhenQuiet();
    });
    readable.setEncoding("utf8").on("data", (chunk: string) => reader.push(chunk));
    readable.on("end", () => reader.end());
  }

  /** A listener that throws fails its own job; nobody would be told otherwise, and the job would only end by its time limit. */
  #guard(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      this.#fail("failed", `what it reported could not be handled: ${(error as Error).message}`);
    }
  }

  #emit(level: "debug" | "info" | "warning", text: string): void {
    const running = this.#running;
    if (!running || running.lines > LINES_LIMIT) return;
    running.lines++;
    const shown = text.length > LINE_LIMIT ? `${text.slice(0, LINE_LIMIT)} ... (${text.length} characters)` : text;
    running.job.onLine?.(level, running.lines > LINES_LIMIT ? "... further output of this hook is not shown" : shown);
  }

  #onReply(reply: Exclude<Reply, { type: "ready" }>): void {
    if (reply.type === "late-error") {
      const text = `an error that the hook did not wait for came after its end: ${describeError(reply.error)}`;
      this.#lateListeners.get(reply.id)?.onLine?.("warning", text);
      return;
    }
    const running = this.#running;
    if (!running || running.id !== reply.id) return;
    const { job } = running;
    switch (reply.type) {
      case "log":
        for (const line of reply.text.split("\n")) this.#emit(reply.level, line);
        return;
      case "settings":
        job.onSettings?.(reply.settings);
        return;
      case "item":
        job.onItem?.(reply.value);
        return;
      case "set-secret":
        job.onSetSecret?.(reply.name, reply.value);
        return;
      case "secret":
        void this.#answerSecret(running, reply);
        return;
      case "exit":
        this.#fail("exited", `called process.exit(${reply.code})`);
        return;
      case "error":
        running.answer = () => this.#fail(reply.rule ?? "failed", reply.error.message, reply.error.at);
        break;
      case "described":
        running.answer = () => this.#succeed({ hooks: reply.hooks });
        break;
      case "result":
        running.answer = () => this.#succeed({ value: reply.value });
        break;
    }
    this.#answerWhenQuiet();
  }

  async #answerSecret(running: Running, reply: Extract<Reply, { type: "secret" }>): Promise<void> {
    const answer = { type: "secret", id: running.id, ask: reply.ask } as const;
    try {
      if (!running.job.secret) throw new Error("there are no secrets here");
      this.#send({ ...answer, value: await running.job.secret(reply.scope, reply.name) });
    } catch (error) {
      this.#send({ ...answer, error: (error as Error).message });
    }
  }

  /** The answer counts once both output streams have passed their mark, so that no line comes after it. */
  #answerWhenQuiet(): void {
    const running = this.#running;
    if (!running?.answer || !running.ended.stdout || !running.ended.stderr) return;
    if (running.late) this.#fail("timeout", running.late);
    else running.answer();
  }

  #send(request: Request): void {
    const requests = this.#child.stdio[3] as Writable;
    if (!this.#gone && requests.writable) requests.write(`${JSON.stringify(request)}\n`);
  }

  #finish(): Running | undefined {
    const running = this.#running;
    if (running?.timer) clearTimeout(running.timer);
    this.#running = undefined;
    return running;
  }

  #succeed(answer: HostAnswer): void {
    this.#finish()?.resolve(answer);
  }

  #fail(rule: HookFailure["rule"], message: string, at?: Location): void {
    this.#finish()?.reject(new HookFailure(rule, message, at));
  }

  /**
   * Runs one job; the caller sees to it that the host is free.
   * @throws HookFailure
   */
  run(job: HostJob): Promise<HostAnswer> {
    const id = this.#nextId++;
    this.#lateListeners.set(id, job);
    this.#lateListeners.delete(id - LATE_LISTENERS);
    return new Promise((resolve, reject) => {
      if (this.#gone) {
        reject(new HookFailure("exited", "its host is gone"));
        return;
      }
      const running: Running = { id, job, lines: 0, ended: { stdout: false, stderr: false }, resolve, reject };
      this.#running = running;
      running.timer = setTimeout(() => this.#timeOut(running), job.timeout * 1000);
      job.signal?.addEventListener("abort", () => this.#send({ type: "cancel", id, reason: "the run was cancelled" }));
      this.#send({ ...job.request, id } as Request);
    });
  }

  /** Asks the hook to end, and kills its host when it does not listen. Either way the hook has failed. */
  #timeOut(running: Running): void {
    running.late = `did not end within its time limit of ${running.job.timeout} s`;
    this.#send({ type: "cancel", id: running.id, reason: running.late });
    running.timer = setTimeout(() => {
      this.#fail("timeout", running.late as string);
      this.kill();
    }, GRACE_SECONDS * 1000);
  }

  /** Ends the host and everything that its hooks started in its process group. */
  kill(): void {
    this.#gone = true;
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function describeSignal(signal: string): string {
  return signal === "SIGABRT" ? "SIGABRT: perhaps out of memory" : signal;
}

function describeError(error: HookError): string {
  return error.at ? `${error.message} (${error.at.file}:${error.at.line}:${error.at.column})` : error.message;
}
