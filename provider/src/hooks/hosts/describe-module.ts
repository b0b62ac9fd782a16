// What the exports of a loaded hook file declare: their kinds, options, titles and order, as data.
import type { HookDescription } from "../../model/hook";
import { type Hook, isHook, type SetupOptions } from "../imported/api";

const roles = ["producer", "consumer", "trigger", "executor"];

/** The hooks among the exports, in the order in which they are made; one exported under two names counts once, under the first. */
export function describeModule(file: string, exported: Record<string, unknown>, source: string): HookDescription[] {
  const hooks = Object.entries(exported).filter((entry): entry is [string, Hook] => isHook(entry[1]));
  return [...firstNames(hooks, source)]
    .sort(([a], [b]) => a.sequence - b.sequence)
    .map(([hook, name], position) => describeHook(file, name, hook, position, source));
}

/** Of each thing that a file exports, the name that stands first in the file. */
export function firstNames<T>(
  exported: readonly (readonly [name: string, value: T])[],
  source: string,
): Map<T, string> {
  const names = new Map<T, string>();
  const place = (name: string) => (name === "default" ? source.length : source.indexOf(name));
  for (const [name, value] of [...exported].sort(([a], [b]) => place(a) - place(b))) {
    if (!names.has(value)) names.set(value, name);
  }
  return names;
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

/** @throws Error where an option is not valid */
export function describeHook(
  file: string,
  name: string,
  hook: Pick<Hook, "kind" | "options">,
  position: number,
  source: string,
): HookDescription {
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
  const comment = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*export\s+(?:(?:const|let|var)\s+([\w$]+)|(default)\b)/g;
  for (const match of source.matchAll(comment)) {
    if ((match[2] ?? match[3]) !== name) continue;
    const text = (match[1] ?? "")
      .replace(/^\s*\* ?/gm, "")
      .trim()
      .replace(/\s+/g, " ");
    return text.split(/(?<=[^.])\.(?:\s|$)/)[0] || undefined;
  }
  return undefined;
}

/** `openIntakeKey` and `open_intake_key` read `Open intake key`. */
function nameInWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/_+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
