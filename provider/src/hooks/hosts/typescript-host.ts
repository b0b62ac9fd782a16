// The hook host for TypeScript, run as a process of its own: loads hook files with jiti, describes and runs their hooks.
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { createJiti } from "jiti";
import type { Json } from "../../base/json";
import type { HookDescription } from "../../model/hook";
import { type Hook, isHook } from "../imported/api";
import { describeModule } from "./describe-module";
import { hookError, traceFetch } from "./host-error";
import { endHost, endWithParent } from "./parent-watch";
import {
  type HookError,
  type InvocationContext,
  type Level,
  lineReader,
  OUTPUT_END,
  PROTOCOL_VERSION,
  type Reply,
  type Request,
  type SecretScope,
  sayLines,
} from "./protocol";
import { findNonJson, reporting } from "./reported-json";

interface Invocation {
  id: number;
  root: string;
  /** Whether the hook's file is loaded, and the hook at work. */
  loaded: boolean;
  /** Whether an answer is on its way: the first one counts. */
  ended: boolean;
  abort: AbortController;
  asks: Map<number, { resolve(value: string): void; reject(message: string): void }>;
}

const invocations = new AsyncLocalStorage<Invocation>();
let current: Invocation | undefined;
let nextAsk = 1;
let loader: ReturnType<typeof createJiti> | undefined;
/** Kept, since a hook may put its own in their place. */
const outputs = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));
const [print] = outputs as [typeof process.stdout.write, typeof process.stdout.write];

/** Written synchronously, so that nothing is lost when a hook ends the process. */
function send(reply: Reply): void {
  const bytes = Buffer.from(`${JSON.stringify(reply)}\n`);
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(4, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

/** Folder for compiled hook files; without one they are compiled anew, and this host only describes. */
const COMPILED = process.argv[2] ?? "";

/** jiti compiles TypeScript, once per content (the cache holds code, never a secret); `pulumi-meshroom/hooks` is this package, whatever the mesh has installed. */
function makeLoader(root: string, moduleCache: boolean): ReturnType<typeof createJiti> {
  return createJiti(join(root, "meshroom.yaml"), {
    alias: {
      "pulumi-meshroom/hooks": join(__dirname, "../imported/api.js"),
      "pulumi-meshroom/catalogue": join(__dirname, "../imported/catalogue.js"),
    },
    fsCache: COMPILED || false,
    moduleCache,
    interopDefault: false,
    sourceMaps: true,
  });
}

/** Loads each file anew, so that the order of what it declares does not depend on what was loaded before it. */
async function describe(root: string, file: string): Promise<HookDescription[]> {
  const path = join(root, file);
  const exported = (await makeLoader(root, false).import(path)) as Record<string, unknown>;
  return describeModule(file, exported, readFileSync(path, "utf8"));
}

async function load(root: string, file: string): Promise<Record<string, unknown>> {
  loader ??= makeLoader(root, true);
  return (await loader.import(join(root, file))) as Record<string, unknown>;
}

function describeError(error: unknown, root: string): HookError {
  const compile = (filename: string, source: string) =>
    makeLoader(root, false).transform({ source, filename, ts: true, async: true });
  return hookError(error, root, compile);
}

class NotJson extends Error {}
class MissingHook extends Error {}

function ruleOf(invocation: Invocation, error: unknown): "load" | "missing" | "result" | undefined {
  if (!invocation.loaded) return "load";
  if (error instanceof MissingHook) return "missing";
  return error instanceof NotJson ? "result" : undefined;
}

type Question =
  | { type: "secret"; scope: SecretScope; name: string }
  | { type: "set-secret"; name: string; value: string | null }
  | { type: "item"; value: Json };

/** Asks the parent and waits for its answer. The error is made here, since only here its stack leads to the hook. */
function ask(invocation: Invocation, question: Question): Promise<string> {
  const number = nextAsk++;
  const refusal = new Error();
  return new Promise((resolve, reject) => {
    const refuse = (message: string) => reject(Object.assign(refusal, { message }));
    invocation.asks.set(number, { resolve, reject: refuse });
    send({ ...question, id: invocation.id, ask: number });
  });
}

/** `plug` as the hook's author sees it; `report` sends what changed behind the proxies' backs. */
function hookPlug(invocation: Invocation, plug: NonNullable<InvocationContext["plug"]>) {
  const { settings } = plug;
  let reported = JSON.stringify(settings);
  const check = (value: unknown) => {
    const problem = findNonJson(value, "plug.settings");
    if (problem) throw new NotJson(`plug.settings holds JSON only, but ${problem}`);
  };
  const report = () => {
    check(settings);
    const now = JSON.stringify(settings);
    if (now !== reported) send({ type: "settings", id: invocation.id, settings });
    reported = now;
  };
  const watched = reporting(settings, report);
  const hooks = {
    ...plug,
    get settings() {
      return watched;
    },
    set settings(value: Record<string, Json>) {
      check(value);
      const next = { ...value };
      for (const key of Object.keys(settings)) delete settings[key];
      Object.assign(settings, next);
      report();
    },
    secret: (name: string) => ask(invocation, { type: "secret", scope: "plug", name }),
    // Waits until the parent masks the value: what the hook prints takes another way to it.
    setSecret: async (name: string, value: unknown) => {
      if (typeof value !== "string")
        throw new NotJson(`plug.setSecret("${name}", ...) takes a text, not ${typeof value}`);
      await ask(invocation, { type: "set-secret", name, value });
    },
    deleteSecret: async (name: string) => void (await ask(invocation, { type: "set-secret", name, value: null })),
  };
  return { plug: hooks, report };
}

/** The context that the hook's author sees, made of the data in the request. */
function hookContext(invocation: Invocation, context: InvocationContext): Record<string, unknown> {
  const log = (level: Level) => (message: unknown) => void print(sayLines(invocation.id, level, String(message)));
  const secretOf = (scope: SecretScope) => (name: string) => ask(invocation, { type: "secret", scope, name });
  return {
    ...context,
    root: invocation.root,
    instance: context.instance && { ...context.instance, secret: secretOf("instance") },
    peer: context.peer && { ...context.peer, secret: secretOf("peer") },
    log: { debug: log("debug"), info: log("info"), warn: log("warning") },
    signal: invocation.abort.signal,
  };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Passes on what a watch hook yields, each when the one before is taken, until it ends or is cancelled; then the hook's own `finally` runs. */
async function sendItems(invocation: Invocation, items: AsyncIterable<unknown>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const { signal } = invocation.abort;
  try {
    while (!signal.aborted) {
      const next = await unlessAborted(iterator.next(), signal);
      if (!next || next.done) break;
      const problem = findNonJson(next.value, "what was yielded");
      if (problem) throw new NotJson(`a watch hook yields JSON, but ${problem}`);
      await unlessAborted(ask(invocation, { type: "item", value: next.value as Json }), signal);
    }
  } finally {
    await iterator.return?.();
  }
}

/** Undefined at once where the signal is raised. (A race with one promise for all would keep what each has come to.) */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

async function invoke(
  request: Extract<Request, { type: "invoke" }>,
  invocation: Invocation,
): Promise<Json | undefined> {
  const hook = (await load(request.root, request.file))[request.export];
  invocation.loaded = true;
  if (!isHook(hook) || hook.kind !== request.kind) {
    throw new MissingHook(`${request.file} exports no ${request.kind} hook named ${request.export}`);
  }
  const context = hookContext(invocation, request.context);
  const watched = request.context.plug && hookPlug(invocation, request.context.plug);
  const returned = await (hook as Hook<unknown>).run({ ...context, plug: watched?.plug });
  const value = isStream(returned) ? await sendItems(invocation, returned) : returned;
  watched?.report();
  // What the hook left behind unawaited and has failed by now is its own failure.
  await new Promise(setImmediate);
  if (value === undefined) return undefined;
  const problem = findNonJson(value, "the result");
  if (problem) throw new NotJson(`a hook returns JSON or nothing, but ${problem}`);
  return value as Json;
}

/** The first answer counts. It goes out once all output before it has, with a mark of its end. */
async function answer(invocation: Invocation, reply: Reply): Promise<void> {
  if (invocation.ended) return;
  invocation.ended = true;
  const mark = `\n${OUTPUT_END}${invocation.id}\n`;
  await Promise.all(outputs.map((write) => new Promise<void>((resolve) => write(mark, () => resolve()))));
  send(reply);
}

async function work(request: Extract<Request, { type: "describe" | "invoke" }>): Promise<void> {
  const { id, root } = request;
  const invocation: Invocation = {
    id,
    root,
    loaded: false,
    ended: false,
    abort: new AbortController(),
    asks: new Map(),
  };
  current = invocation;
  process.chdir(root);
  await invocations.run(invocation, async () => {
    let reply: Reply;
    try {
      reply =
        request.type === "describe"
          ? { type: "described", id, hooks: await describe(root, request.file) }
          : { type: "result", id, value: await invoke(request, invocation) };
    } catch (error) {
      reply = { type: "error", id, error: describeError(error, root), rule: ruleOf(invocation, error) };
    }
    await answer(invocation, reply);
  });
}

/** An error that no one awaited belongs to the invocation that started it, even when that one has ended. */
function onStrayError(error: unknown): void {
  const owner = invocations.getStore() ?? current;
  if (!owner) throw error;
  const { id, root } = owner;
  if (owner.ended) send({ type: "late-error", id, error: describeError(error, root) });
  else
    void answer(owner, {
      type: "error",
      id,
      error: describeError(error, root),
      rule: ruleOf(owner, error),
      stray: true,
    });
}

function onRequest(line: string): void {
  const request = JSON.parse(line) as Request;
  if (request.type === "describe" || request.type === "invoke") void work(request);
  else if (request.id !== current?.id) return;
  else if (request.type === "cancel") current.abort.abort(new Error(request.reason));
  else {
    const waiting = current.asks.get(request.ask);
    current.asks.delete(request.ask);
    if (request.error === undefined) waiting?.resolve(request.value ?? "");
    else waiting?.reject(request.error);
  }
}

/** All on one stream, so that lines keep their order; what is printed after its hook's end is still that hook's. */
function orderOutput(): void {
  /** The stream whose last line is not ended. */
  let open: NodeJS.WriteStream | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      const owner = invocations.getStore();
      if (owner?.ended && owner !== current) return print(sayLines(owner.id, "info", text), ...rest);
      if (open && open !== stream) print("\n");
      open = text.endsWith("\n") ? undefined : stream;
      return print(chunk, ...rest);
    }) as typeof stream.write;
  }
}

function main(): void {
  orderOutput();
  // The hook's own frames often stand below many of the libraries that it calls.
  Error.stackTraceLimit = 50;
  traceFetch();
  process.on("uncaughtException", onStrayError);
  process.on("unhandledRejection", onStrayError);
  process.on("exit", (code) => {
    const owner = invocations.getStore() ?? current;
    if (current && !current.ended) send({ type: "exit", id: owner?.id ?? current.id, code });
  });
  const requests = new Socket({ fd: 3, readable: true, writable: false });
  const reader = lineReader(onRequest);
  requests.setEncoding("utf8");
  requests.on("data", (chunk: string) => reader.push(chunk));
  // The parent is gone: nobody is left to work for.
  requests.on("close", endHost);
  // Without permission for a thread: such a host ends with its time limit at the latest.
  if (!process.permission) endWithParent();
  send({ type: "ready", protocol: PROTOCOL_VERSION, language: "typescript" });
}

main();
