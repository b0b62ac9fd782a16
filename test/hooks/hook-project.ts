// A project of hook files in a temporary folder, and the real hook hosts that run them: the compiled ones.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HookFailure, HostAnswer, HostJob } from "../../provider/dist/hooks/hosts/host-job";
import { HostPool, type PoolLimits } from "../../provider/dist/hooks/hosts/host-pool";
import type { InvocationContext } from "../../provider/dist/hooks/hosts/protocol";
import type { Json } from "../../provider/src/base/json";
import type { HookKind } from "../../provider/src/model/hook";
import { patience } from "../patience";

export const imports = 'import { execute, setup, status, watch } from "pulumi-meshroom/hooks";\n';

/** Seconds for a hook that is expected to end. */
const limit = () => patience() / 1000;

/** What was heard of one hook. */
export interface Heard {
  answer?: HostAnswer;
  failure?: HookFailure;
  /** In the order in which it came: `info: hello`, `settings: {...}`, `set-secret: key=...`, `item: 1`. */
  events: string[];
  settings?: Record<string, Json>;
}

/** What stands before each line of a hook. */
export const TITLE = "desk: the hook";

/** The line behind its attribution, without which no line may come. */
export function lineOf(attributed: string): string {
  const start = `[${TITLE}] `;
  if (!attributed.startsWith(start)) throw new Error(`a line without its hook: ${attributed}`);
  return attributed.slice(start.length);
}

type JobOptions = Partial<Omit<HostJob, "request">> & {
  kind?: HookKind;
  settings?: Record<string, Json>;
  /** Over the usual context. */
  context?: Partial<InvocationContext>;
};

export class HookProject {
  readonly root: string;
  readonly pool: HostPool;

  /** The folder's name has what paths may have. */
  constructor(limits: Partial<PoolLimits> = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), "a mesh (of hooks) ")));
    this.pool = new HostPool(this.root, limits);
  }

  write(file: string, text: string): string {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return file;
  }

  describe(file: string, timeout = limit()): Promise<Heard> {
    return this.#hear({ request: { type: "describe", root: this.root, file }, timeout });
  }

  /** Runs a hook, by default an `execute` hook named `run`, and waits for its end. */
  async invoke(file: string, name = "run", options: JobOptions = {}): Promise<Heard> {
    const { kind = "execute", settings = {}, context: given, ...rest } = options;
    const context = { ...contextWith(settings), ...given };
    const request = { type: "invoke", root: this.root, file, export: name, kind, context } as const;
    return this.#hear({ request, timeout: limit(), ...rest });
  }

  /** What an `execute` hook with this body returns; the body may use its context as `c`. */
  async run(body: string, options: JobOptions = {}): Promise<Heard> {
    const file = this.write(
      `products/p/hook-${++this.#files}.ts`,
      `${imports}export const run = execute(async (c) => {${body}});\n`,
    );
    return this.invoke(file, "run", options);
  }

  #files = 0;

  async #hear(job: Omit<HostJob, "title">): Promise<Heard> {
    const heard: Heard = { events: [] };
    const listeners: Partial<HostJob> = {
      onLine: (level, line) => void heard.events.push(`${level}: ${lineOf(line)}`),
      onSettings: (settings) => {
        heard.settings = settings;
        heard.events.push(`settings: ${JSON.stringify(settings)}`);
      },
      onSetSecret: (name, value) => void heard.events.push(`set-secret: ${name}=${value}`),
      onItem: (value) => void heard.events.push(`item: ${JSON.stringify(value)}`),
    };
    try {
      heard.answer = await this.pool.run({ title: TITLE, ...listeners, ...job });
      heard.events.push("answered");
    } catch (error) {
      // Another realm's class under jest, so told by its name.
      if ((error as Error).name !== "HookFailure") throw error;
      heard.failure = error as HookFailure;
      heard.events.push("failed");
    }
    return heard;
  }

  remove(): void {
    this.pool.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What hooks of a plug are given. */
export function contextWith(settings: Record<string, Json>): InvocationContext {
  return {
    instance: { name: "desk", product: "siem", settings: { url: "http://siem" } },
    peer: { name: "agents", product: "edr", settings: {} },
    role: "consumer",
    plug: {
      name: "events: agents -> desk",
      topic: "events",
      mode: "push",
      constraints: { mode: "push" },
      source: "agents",
      destination: "desk",
      src_config: {},
      dst_config: {},
      settings,
    },
  };
}

/** What an invoked hook returned. */
export function resultOf({ answer, failure }: Heard): Json | undefined {
  if (failure) throw failure;
  return answer && "value" in answer ? answer.value : undefined;
}

/** A promise and the function that keeps it. */
export function signalled<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
