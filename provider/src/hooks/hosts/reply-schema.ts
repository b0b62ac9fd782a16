// What a host may report, checked before anything of it is handled: a hook can write to its host's replies what it likes.
import { z } from "zod";
import type { Json } from "../../base/json";
import { findUnkeepable, unkeepable } from "../../base/keepable";
import { hookKinds } from "../../model/hook";
import type { Reply } from "./protocol";

/** JSON of a plug's settings, and of all that is stored at once: the engine keeps it in every version of the state, twice. */
export const MOST_KEPT = 1024 * 1024;

const number = z.int().nonnegative();
const place = z.object({ file: z.string(), line: z.int(), column: z.int() });
const error = z.object({ message: z.string(), at: place.optional(), remedy: z.string().optional() });
const json = z.custom<Json>((value) => value !== undefined);
const settings = z.custom<Record<string, Json>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "expected an object",
);
const edit = z.object({
  path: z.array(z.union([z.string(), number])),
  value: z.unknown().optional(),
  remove: z.boolean().optional(),
});
const hook = z.object({
  kind: z.enum(hookKinds),
  file: z.string(),
  export: z.string(),
  position: number,
  title: z.string(),
  role: z.enum(["producer", "consumer", "trigger", "executor"]).optional(),
  topic: z.string().optional(),
  mode: z.enum(["push", "pull"]).optional(),
  format: z.string().optional(),
  order: z.union([z.enum(["first", "last"]), z.number()]).optional(),
  ownsBoth: z.boolean(),
  keepWhenOverloaded: z.boolean(),
  exclusive: z.boolean(),
  timeout: z.number().positive().optional(),
});

const of = <Type extends string, Shape extends z.core.$ZodShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), id: number, ...shape });
const ask = number;

const reply = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), protocol: number, language: z.string() }),
  of("described", { hooks: z.array(hook) }),
  of("log", { level: z.enum(["debug", "info", "warning"]), text: z.string() }),
  of("secret", { ask, scope: z.enum(["instance", "peer", "plug"]), name: z.string() }),
  of("set-secret", { ask, name: z.string(), value: z.string().nullable() }),
  of("prompt", { ask, prompt: z.enum(["text", "secret", "manual"]), text: z.string() }),
  of("save", { ask, file: z.string(), edits: z.array(edit) }),
  of("settings", { settings }),
  of("item", { ask, value: json }),
  of("result", { value: json.optional() }),
  of("error", {
    error,
    rule: z.enum(["load", "missing", "result", "exited"]).optional(),
    stray: z.boolean().optional(),
  }),
  of("late-error", { error }),
  of("exit", { code: z.int() }),
]);

const types: ReadonlySet<string> = new Set(reply.options.map((option) => option.shape.type.value));

/** Undefined for a type that this side does not know, which is passed over. @throws Error that names what is wrong, not what it holds */
export function readReply(line: string): Reply | undefined {
  const value: unknown = JSON.parse(line);
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type === "string" && !types.has(type)) return undefined;
  const checked = reply.safeParse(value);
  if (checked.success) return checked.data as Reply;
  const [issue] = checked.error.issues;
  const path = [typeof type === "string" ? type : "a reply", ...(issue?.path ?? [])].join(".");
  throw new Error(`${path}: ${(issue?.message ?? "not as the protocol has it").toLowerCase()}`);
}

/** Why settings can't be kept. */
export function refusedSettings(given: Record<string, Json>): string | undefined {
  const size = Buffer.byteLength(JSON.stringify(given));
  return tooLarge("plug.settings", size) ?? findUnkeepable(given, "plug.settings");
}

/** Why a secret can't be kept. */
export function refusedSecret(name: string, value: string | null): string | undefined {
  const why = unkeepable(name);
  if (why) return `the name of a secret ${why}`;
  const what = `the secret ${name}`;
  if (value === null) return undefined;
  const found = unkeepable(value);
  return tooLarge(what, Buffer.byteLength(value)) ?? (found && `${what} ${found}`);
}

function tooLarge(what: string, size: number): string | undefined {
  if (size <= MOST_KEPT) return undefined;
  return `${what} takes ${(size / MOST_KEPT).toFixed(1)} MiB, and 1 MiB is the most that is kept in a state`;
}
