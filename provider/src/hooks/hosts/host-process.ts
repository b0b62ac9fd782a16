// One hook host process as its parent sees it: starts it, gives it one job at a time, ends it when a hook misbehaves.
import type { Readable } from "node:stream";
import { askPerson } from "../../base/ask-person";
import { HeardLines } from "./heard-lines";
import type { HostChild, HostStreams } from "./host-child";
import {
  defaultLimits,
  HookFailure,
  type HostAnswer,
  type HostJob,
  type HostLimits,
  isSecretMissing,
} from "./host-job";
import {
  type HookError,
  lineReader,
  OUTPUT_END,
  PROTOCOL_VERSION,
  type Reply,
  type Request,
  readSaid,
} from "./protocol";
import { MOST_KEPT, readReply, refusedSecret, refusedSettings } from "./reply-schema";

/** Characters of a line of output, and of a message, that this process holds; what follows in the line is let go. */
const OUTPUT_BUFFER = 64 * 1024;
const REPLY_BUFFER = 64 * 1024 * 1024;

const CANCELLED = "was cancelled";

interface Running {
  id: number;
  job: HostJob;
  ended: { stdout: boolean; stderr: boolean };
  answer?: () => void;
  /** Why the settings that it stored last can't be kept. */
  refused?: string;
  /** Set once the time is up: whatever the hook answers then comes too late. */
  late?: string;
  timer: NodeJS.Timeout;
  onAbort(): void;
  resolve(answer: HostAnswer): void;
  reject(failure: HookFailure): void;
}

export class HookHost {
  readonly ready: Promise<void>;
  readonly #child: HostChild;
  readonly #heard = new HeardLines();
  #running: Running | undefined;
  #nextId = 1;
  #gone = false;
  /** How a hook ended the process, where it said so. */
  #exit: string | undefined;

  private readonly limits: HostLimits;

  /** Takes over a process that runs a host, or is about to. */
  constructor(child: HostChild, limits: Partial<HostLimits> = {}) {
    this.#child = child;
    this.limits = { ...defaultLimits, ...limits };
    this.ready = this.#connect();
  }

  get isGone(): boolean {
    return this.#gone;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  #connect(): Promise<void> {
    const [, stdout, stderr, requests, replies] = this.#child.stdio as unknown as HostStreams;
    requests.on("error", () => {});
    this.#listen("stdout", stdout);
    this.#listen("stderr", stderr);
    return new Promise((resolve, reject) => {
      const onLine = (line: string) => {
        if (line.length >= REPLY_BUFFER) throw new Error(`more than ${REPLY_BUFFER / MOST_KEPT} MiB at once`);
        const reply = readReply(line);
        if (!reply) return;
        if (reply.type !== "ready") this.#onReply(reply);
        else if (reply.protocol === PROTOCOL_VERSION) resolve();
        else
          reject(new HookFailure("host", `the hook host speaks protocol ${reply.protocol}, not ${PROTOCOL_VERSION}`));
      };
      const reader = lineReader((line) => this.#guard(() => onLine(line)), REPLY_BUFFER);
      replies.setEncoding("utf8").on("data", (chunk: string) => reader.push(chunk));
      this.#child.on("error", (error) => {
        const failure = new HookFailure("host", `the hook host does not start: ${error.message}`);
        reject(error instanceof HookFailure ? error : failure);
      });
      this.#child.on("exit", () => this.#onExit());
      this.#child.on("close", (code, signal) => {
        this.#gone = true;
        reject(new HookFailure("host", "the hook host ended while it was starting"));
        this.#fail(
          "exited",
          this.#exit ?? `ended its process (${signal ? describeSignal(signal) : `exit code ${code}`})`,
        );
      });
    });
  }

  /** Its last output is still to be read, and may never end where something that it started lives on. */
  #onExit(): void {
    this.kill();
    const running = this.#running;
    if (!running) return;
    const fail = () => this.#fail("exited", this.#exit ?? "ended its process");
    clearTimeout(running.timer);
    running.timer = setTimeout(fail, this.limits.graceSeconds * 1000);
  }

  #listen(stream: "stdout" | "stderr", readable: Readable): void {
    const reader = lineReader((line) => {
      if (line !== `${OUTPUT_END}${this.#running?.id}`) {
        this.#guard(() => this.#onOutput(line));
        return;
      }
      if (this.#running) this.#running.ended[stream] = true;
      this.#answerWhenQuiet();
    }, OUTPUT_BUFFER);
    readable.setEncoding("utf8").on("data", (chunk: string) => reader.push(chunk));
    readable.on("end", () => reader.end());
  }

  /** A message that can't be read or handled fails its own job; nobody would be told otherwise, and the hook would run on. */
  #guard(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      this.#fail("result", `what it reported could not be handled: ${(error as Error).message}`);
      this.kill();
    }
  }

  /** What is printed on stderr is no warning: programs tell there what they do. */
  #onOutput(line: string): void {
    const said = readSaid(line);
    this.#heard.say(
      said?.id ?? this.#running?.id,
      said?.level ?? "info",
      said?.text ?? line,
      line.length >= OUTPUT_BUFFER,
    );
  }

  #onReply(reply: Exclude<Reply, { type: "ready" }>): void {
    if (reply.type === "late-error") {
      const text = `an error that the hook did not wait for came after its end: ${describeError(reply.error)}`;
      this.#heard.say(reply.id, "warning", text);
      return;
    }
    if (reply.type === "exit") {
      this.#gone = true;
      const who = reply.id === this.#running?.id ? "" : "an earlier hook in the same process ";
      this.#exit = `${who}called process.exit(${reply.code})`;
      return;
    }
    const running = this.#running;
    if (!running || running.id !== reply.id) return;
    const { job } = running;
    switch (reply.type) {
      case "log":
        for (const line of reply.text.split("\n")) this.#heard.say(reply.id, reply.level, line);
        return;
      case "settings":
        running.refused = refusedSettings(reply.settings);
        if (!running.refused) job.onSettings?.(reply.settings);
        return;
      case "item":
        void this.#answer(running, reply.ask, async () => {
          await job.onItem?.(reply.value);
          return undefined;
        });
        return;
      case "set-secret":
        void this.#answer(running, reply.ask, async () => {
          const refused = refusedSecret(reply.name, reply.value);
          if (refused) throw new Error(refused);
          job.onSetSecret?.(reply.name, reply.value);
          return undefined;
        });
        return;
      case "secret":
        void this.#answer(running, reply.ask, async () => {
          if (!job.secret) throw new Error("there are no secrets here");
          return job.secret(reply.scope, reply.name);
        });
        return;
      case "prompt":
        void this.#prompt(running, reply);
        return;
      case "save":
        void this.#answer(running, reply.ask, async () => {
          // Most hosts never need it, and it loads the whole of YAML.
          const { saveManifest } = require("./save-manifest") as typeof import("./save-manifest");
          saveManifest(job.request.root, reply.file, reply.edits);
          return undefined;
        });
        return;
      case "error":
        running.answer = () => this.#fail(reply.rule ?? "failed", reply.error.message, reply.error);
        // What this hook still does must not meet the next one.
        if (reply.stray) this.#gone = true;
        break;
      case "described":
        running.answer = () => this.#succeed({ hooks: reply.hooks });
        break;
      case "result":
        running.answer = () =>
          running.refused ? this.#fail("result", running.refused) : this.#succeed({ value: reply.value });
        break;
    }
    this.#answerWhenQuiet();
  }

  async #answer(running: Running, ask: number, find: () => Promise<string | undefined>): Promise<void> {
    const answer = { type: "secret", id: running.id, ask } as const;
    try {
      this.#send({ ...answer, value: await find() });
    } catch (error) {
      const missing = isSecretMissing(error) || undefined;
      this.#send({ ...answer, error: (error as Error).message, missing });
    }
  }

  /** A person takes longer than a hook may. */
  async #prompt(running: Running, { ask, prompt, text }: Extract<Reply, { type: "prompt" }>): Promise<void> {
    if (!running.late) clearTimeout(running.timer);
    await this.#answer(running, ask, () => (running.job.prompt ?? askPerson)(prompt, text));
    if (!running.late && this.#running === running) this.#limit(running);
  }

  #limit(running: Running): void {
    running.timer = setTimeout(() => this.#timeOut(running), running.job.timeout * 1000);
  }

  /** The answer counts once both output streams have passed their mark, so that no line comes after it. */
  #answerWhenQuiet(): void {
    const running = this.#running;
    if (!running?.answer || !running.ended.stdout || !running.ended.stderr) return;
    if (running.late) this.#fail("timeout", running.late);
    else running.answer();
    if (this.#gone) this.kill();
  }

  #send(request: Request): void {
    const [, , , requests] = this.#child.stdio as unknown as HostStreams;
    if (!this.#gone && requests.writable) requests.write(`${JSON.stringify(request)}\n`);
  }

  #finish(): Running | undefined {
    const running = this.#running;
    if (running) {
      clearTimeout(running.timer);
      running.job.signal?.removeEventListener("abort", running.onAbort);
    }
    this.#running = undefined;
    return running;
  }

  #succeed(answer: HostAnswer): void {
    this.#finish()?.resolve(answer);
  }

  #fail(rule: HookFailure["rule"], message: string, { at, remedy }: Partial<HookError> = {}): void {
    this.#finish()?.reject(new HookFailure(rule, message, at, remedy));
  }

  /**
   * Runs one job; the caller sees to it that the host is free.
   * @throws HookFailure
   */
  run(job: HostJob): Promise<HostAnswer> {
    const id = this.#nextId++;
    this.#heard.add(id, job);
    return new Promise((resolve, reject) => {
      if (this.#gone) {
        reject(new HookFailure("exited", "its host is gone"));
        return;
      }
      if (job.signal?.aborted) {
        reject(new HookFailure("exited", CANCELLED));
        return;
      }
      const timer = setTimeout(() => this.#timeOut(running), job.timeout * 1000);
      const onAbort = () => this.#cancel(running, "exited", CANCELLED);
      const running: Running = {
        id,
        job,
        ended: { stdout: false, stderr: false },
        timer,
        onAbort,
        resolve,
        reject,
      };
      this.#running = running;
      job.signal?.addEventListener("abort", onAbort, { once: true });
      this.#send({ ...job.request, id } as Request);
    });
  }

  #timeOut(running: Running): void {
    running.late = `did not end within its time limit of ${running.job.timeout} s`;
    this.#cancel(running, "timeout", running.late);
  }

  /** Asks the hook to end, and kills its host when it does not listen. */
  #cancel(running: Running, rule: HookFailure["rule"], reason: string): void {
    this.#send({ type: "cancel", id: running.id, reason });
    clearTimeout(running.timer);
    running.timer = setTimeout(() => {
      this.#fail(rule, reason);
      this.kill();
    }, this.limits.graceSeconds * 1000);
  }

  /** Ends the host and everything that its hooks started in its process group. */
  kill(): void {
    this.#gone = true;
    const { pid } = this.#child;
    try {
      if (process.platform === "win32" || pid === undefined) this.#child.kill("SIGKILL");
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
