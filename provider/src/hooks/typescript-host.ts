// The hook host for TypeScript, run as a process of its own: loads hook files with jiti, describes and runs their hooks.
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join, relative, sep } from "node:path";
import { createJiti } from "jiti";
import type { HookDescription } from "../model/hook";
import { type Hook, isHook, type Json, type SetupOptions } from "./api";
import {
  type HookError,
  type InvocationContext,
  lineReader,
  OUTPUT_END,
  PROTOCOL_VERSION,
  type Reply,
  type Request,
  type SecretScope,
} from "./protocol";

interface Invocation {
  id: number;
  root: string;
  ended: boolean;
  abort: AbortController;
  asks: Map<number, { resolve(value: string): void; reject(error: Error): void }>;
}

const roles = ["producer", "consumer", "trigger", "executor"];
const invocations = new AsyncLocalStorage<Invocation>();
let current: Invocation | undefined;
let nextAsk = 1;
let jiti: ReturnType<typeof createJiti> | undefined;

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

/** The module's exports. jiti compiles TypeScript in memory; `pulumi-meshroom/hooks` is this package, whatever the mesh has installed. */
async function load(root: string, file: string): Promise<Record<string, unknown>> {
  jiti ??= createJiti(join(root, "meshroom.yaml"), {
    alias: { "pulumi-meshroom/hooks": join(__dirname, "api.js") },
    fsCache: false,
    interopDefault: false,
    sourceMaps: true,
  });
  return (await jiti.import(join(root, file))) as Record<string, unknown>;
}

async function describe(root: string, file: string): Promise<HookDescription[]> {
  const exported = await load(root, file);
  const source = readFileSync(join(root, file), "utf8");
  return Object.entries(exported)
    .filter((entry): entry is [string, Hook] => isHook(entry[1]))
    .sort(([, a], [, b]) => a.sequence - b.sequence)
    .map(([name, hook], position) => describeHook(file, name, hook, position, source));
}

/** TypeScript checks options where hooks are written; jiti does not. */
function checkOptions(name: string, { order, timeout, role, mode }: SetupOptions): void {
  const wrong = (rule: string, found: unknown) => new Error(`hook ${name}: ${rule}, found ${JSON.stringify(found)}`);
  if (order !== undefined && order !== "first" && order !== "last" && !Number.isInteger(order)) {
    throw wrong('order is "first", "last" or an integer', order);
  }
  if (timeout !== undefined && !(timeout > 0)) throw wrong("timeout is a positive number of seconds", timeout);
  if (role !== undefined && !roles.includes(role)) throw wrong(`role is one of ${roles.join(", ")}`, role);
  if (mode !== undefined && mode !== "push" && mode !== "pull") throw wrong("mode is push or pull", mode);
}

function describeHook(file: string, name: string, hook: Hook, position: number, source: string): HookDescription {
  checkOptions(name, hook.options);
  const { title, order, ownsBoth, keepWhenOverloaded, exclusive, timeout, role, topic, mode, format } = hook.options;
  return JSON.parse(
    JSON.stringify({
      kind: hook.kind,
      file,
      export: name,
      position,
      title: title ?? docTitle(source, name) ?? nameInWords(name),
      order,
      ownsBoth: ownsBoth ?? false,
      keepWhenOverloaded: keepWhenOverloaded ?? false,
      exclusive: exclusive ?? false,
      timeout,
      role,
      topic,
      mode,
      format,
    }),
  );
}

/** The first sentence of the doc comment right before the export. */
function docTitle(source: string, name: string): string | undefined {
  const comment = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*export\s+(?:const|let|default)\s+([\w$]+)/g;
  for (const match of source.matchAll(comment)) {
    if (match[2] !== name) continue;
    const text = (match[1] ?? "").replace(/^\s*\* ?/gm, "").trim().replace(/\s+/g, " ");
    return text.split(/(?<=[^.])\.(?:\s|$)/)[0] || undefined;
  }
  return undefined;
}

/** `openIntakeKey` and `open_intake_key` read `Open intake key`. */
function nameInWords(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/_+/g, " ").trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Says where in a value something stands that JSON can't hold. */
function findNonJson(value: unknown, path: string, seen: unknown[] = []): string | undefined {
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== "object") return `${path} is ${typeof value === "undefined" ? "undefined" : `a ${typeof value}`}`;
  if (seen.includes(value)) return `${path} contains itself`;
  const plain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!plain) return `${path} is a ${value.constructor?.name ?? "special object"}`;
  for (const [key, member] of Object.entries(value)) {
    const found = findNonJson(member, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, [...seen, value]);
    if (found) return found;
  }
  return undefined;
}

class NotJson extends Error {}
class MissingHook extends Error {}

function ruleOf(request: Request, error: unknown): "load" | "missing" | "result" | undefined {
  if (request.type === "describe") return "load";
  if (error instanceof MissingHook) return "missing";
  return error instanceof NotJson ? "result" : undefined;
}

/** An object that reports itself after every change, at any depth: what a hook stored survives whatever happens to it next. */
function reporting<T extends object>(target: T, changed: () => void): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver);
      return typeof value === "object" && value !== null ? reporting(value, changed) : value;
    },
    set(object, key, value, receiver) {
      const done = Reflect.set(object, key, value, receiver);
      changed();
      return done;
    },
    defineProperty(object, key, descriptor) {
      return Reflect.defineProperty(object, key, descriptor);
    },
    deleteProperty(object, key) {
      const done = Reflect.deleteProperty(object, key);
      changed();
      return done;
    },
  });
}

function ask(invocation: Invocation, scope: SecretScope, name: string): Promise<string> {
  const number = nextAsk++;
  return new Promise((resolve, reject) => {
    invocation.asks.set(number, { resolve, reject });
    send({ type: "secret", id: invocation.id, ask: number, scope, name });
  });
}

/** The context that the hook's author sees, made of the data in the request. */
function hookContext(invocation: Invocation, context: InvocationContext): Record<string, unknown> {
  const { id } = invocation;
  const log = (level: "debug" | "info" | "warning") => (message: unknown) =>
    send({ type: "log", id, level, text: String(message) });
  const settings: Record<string, Json> = context.plug?.settings ?? {};
  const report = () => {
    const problem = findNonJson(settings, "plug.settings");
    if (problem) throw new NotJson(`plug.settings holds JSON only, but ${problem}`);
    send({ type: "settings", id, settings });
  };
  const plug = context.plug && {
    ...context.plug,
    get settings() {
      return reporting(settings, report);
    },
    set settings(value: Record<string, Json>) {
      for (const key of Object.keys(settings)) delete settings[key];
      Object.assign(settings, value);
      report();
    },
    secret: (name: string) => ask(invocation, "plug", name),
    setSecret: async (name: string, value: unknown) => {
      if (typeof value !== "string") throw new NotJson(`plug.setSecret("${name}", ...) takes a text, not ${typeof value}`);
      send({ type: "set-secret", id, name, value });
    },
    deleteSecret: async (name: string) => send({ type: "set-secret", id, name, value: null }),
  };
  return {
    ...context,
    root: invocation.root,
    instance: context.instance && { ...context.instance, secret: (name: string) => ask(invocation, "instance", name) },
    peer: context.peer && { ...context.peer, secret: (name: string) => ask(invocation, "peer", name) },
    plug,
    log: { debug: log("debug"), info: log("info"), warn: log("warning") },
    signal: invocation.abort.signal,
  };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Passes on what a watch hook yields, until it ends or is cancelled; then the hook's own `finally` runs. */
async function sendItems({ id, abort }: Invocation, items: AsyncIterable<unknown>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const cancelled = new Promise<undefined>((resolve) => {
    abort.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  for (;;) {
    const next = await Promise.race([iterator.next(), cancelled]);
    if (!next || next.done) break;
    const problem = findNonJson(next.value, "what was yielded");
    if (problem) throw new NotJson(`a watch hook yields JSON, but ${problem}`);
    send({ type: "item", id, value: next.value as Json });
  }
  await iterator.return?.();
}

async function invoke(request: Extract<Request, { type: "invoke" }>, invocation: Invocation): Promise<Json | undefined> {
  const hook = (await load(request.root, request.file))[request.export];
  if (!isHook(hook) || hook.kind !== request.kind) {
    throw new MissingHook(`${request.file} exports no ${request.kind} hook named ${request.export}`);
  }
  const returned = await (hook as Hook<unknown>).run(hookContext(invocation, request.context));
  const value = isStream(returned) ? await sendItems(invocation, returned) : returned;
  // What the hook left behind unawaited and has failed by now is its own failure.
  await new Promise(setImmediate);
  if (value === undefined) return undefined;
  const problem = findNonJson(value, "the result");
  if (problem) throw new NotJson(`a hook returns JSON or nothing, but ${problem}`);
  return value as Json;
}

/** The message with those of its causes, and the innermost place in the project's own files. */
function hookError(error: unknown, root: string): HookError {
  const messages: string[] = [];
  for (let link = error, depth = 0; link !== undefined && link !== null && depth < 5; depth++) {
    const text = link instanceof Error ? link.message || link.name : String(link);
    const causes = link instanceof AggregateError && !link.message ? link.errors.map((each) => String(each?.message ?? each)) : [];
    const words = [text, ...causes].join(" ").trim();
    if (words && !messages.some((known) => known.includes(words))) messages.push(words);
    link = link instanceof Error ? link.cause : undefined;
  }
  return { message: messages.join(": ") || "no message", at: placeInProject(error, root) };
}

function placeInProject(error: unknown, root: string): HookError["at"] {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
  const prefix = root.endsWith(sep) ? root : root + sep;
  for (const match of text.matchAll(/((?:file:\/\/)?(?:[A-Za-z]:)?[^\s():]+):(\d+):(\d+)/g)) {
    const file = (match[1] ?? "").replace(/^file:\/\//, "");
    if (!file.startsWith(prefix) || file.includes("node_modules")) continue;
    return { file: relative(root, file).split(sep).join("/"), line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}

/** Tells the parent that all output of this request is behind it. */
function endOutput(id: number): Promise<void> {
  const mark = `${OUTPUT_END}${id}\n`;
  const one = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write(mark, () => resolve()));
  return Promise.all([one(process.stdout), one(process.stderr)]).then(() => undefined);
}

async function work(request: Extract<Request, { type: "describe" | "invoke" }>): Promise<void> {
  const { id, root } = request;
  const invocation: Invocation = { id, root, ended: false, abort: new AbortController(), asks: new Map() };
  current = invocation;
  await invocations.run(invocation, async () => {
    let reply: Reply;
    try {
      reply =
        request.type === "describe"
          ? { type: "described", id, hooks: await describe(root, request.file) }
          : { type: "result", id, value: await invoke(request, invocation) };
    } catch (error) {
      reply = { type: "error", id, error: hookError(error, root), rule: ruleOf(request, error) };
    }
    await endOutput(id);
    if (!invocation.ended) send(reply);
    invocation.ended = true;
  });
}

/** An error that no one awaited belongs to the invocation that started it, even when that one has ended. */
function onStrayError(error: unknown): void {
  const owner = invocations.getStore() ?? current;
  if (!owner) throw error;
  if (owner.ended) {
    send({ type: "late-error", id: owner.id, error: hookError(error, owner.root) });
    return;
  }
  owner.ended = true;
  void endOutput(owner.id).then(() => send({ type: "error", id: owner.id, error: hookError(error, owner.root) }));
}

function onRequest(line: string): void {
  const request = JSON.parse(line) as Request;
  if (request.type === "describe" || request.type === "invoke") void work(request);
  else if (request.type === "cancel") current?.abort.abort(new Error(request.reason));
  else if (request.type === "secret") {
    const waiting = current?.asks.get(request.ask);
    current?.asks.delete(request.ask);
    if (request.value !== undefined) waiting?.resolve(request.value);
    else waiting?.reject(new Error(request.error));
  }
}

function main(): void {
  process.on("uncaughtException", onStrayError);
  process.on("unhandledRejection", onStrayError);
  process.on("exit", (code) => {
    if (current && !current.ended) send({ type: "exit", id: current.id, code });
  });
  const requests = new Socket({ fd: 3, readable: true, writable: false });
  const reader = lineReader(onRequest);
  requests.setEncoding("utf8");
  requests.on("data", (chunk: string) => reader.push(chunk));
  // The parent is gone: nobody is left to work for.
  requests.on("close", () => process.exit(0));
  send({ type: "ready", protocol: PROTOCOL_VERSION, language: "typescript" });
}

main();
