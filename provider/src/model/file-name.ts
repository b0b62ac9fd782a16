// What the names of integration and plug manifests say, and how such names are made.
import type { Mode, PlugKind, Role } from "./types";

export const roles = ["producer", "consumer", "trigger", "executor"] as const satisfies readonly Role[];

/** What a file's name says; a key inside the file wins over each of them. */
export interface NameParts {
  topic: string;
  role?: Role;
  format?: string;
  mode?: Mode;
}

/** What the keys inside the file say already: it settles where an ambiguous name is split. */
export type NameHints = Partial<NameParts>;

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

export function kindOf(role: Role): PlugKind {
  return role === "producer" || role === "consumer" ? "data" : "action";
}

/** A name without `.yaml`, `.yml`, `.ts` or `.py`. */
export function stemOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.(yaml|yml|ts|py)$/, "");
}

export function isManifestName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Type declarations, tests and package markers are no hooks. */
export function isHookName(name: string): boolean {
  return /\.(ts|py)$/.test(name) && !/\.(d|test)\.ts$/.test(name) && name !== "__init__.py";
}

/**
 * Splits `<topic>_<role>[_<format>][_pull|_push]`. Topics may hold `_` and even a role's name, and formats are any words, so the
 * rightmost `_<role>` divides the two, unless the keys inside the file name another one. Undefined without a role.
 */
export function splitIntegrationName(stem: string, hints: NameHints = {}): (NameParts & { role: Role }) | undefined {
  const found = roleTokens(stem).filter(({ at }) => at > 0 || hints.topic !== undefined);
  const byRole = hints.role === undefined ? found : found.filter(({ role }) => role === hints.role);
  const token = byRole.find(({ at }) => stem.slice(0, at) === hints.topic) ?? byRole.at(-1) ?? found.at(-1);
  if (!token) return undefined;
  const rest = splitFormat(stem.slice(token.at + token.role.length + 1));
  return { topic: stem.slice(0, token.at), role: token.role, ...rest };
}

/** The stem of an integration's files. Where {@link saysAll} is false, `format` and `mode` must be written into the manifest too. */
export function joinIntegrationName(parts: NameParts & { role: Role }): string {
  return [parts.topic, parts.role, parts.format, parts.mode === "pull" ? "pull" : undefined]
    .filter((part) => part !== undefined)
    .join("_");
}

/** Whether {@link splitIntegrationName} finds the same parts again in the joined name; `push` is the mode of a name that has none. */
export function saysAll(parts: NameParts & { role: Role }): boolean {
  const again = splitIntegrationName(joinIntegrationName(parts));
  return (
    again !== undefined &&
    again.topic === parts.topic &&
    again.role === parts.role &&
    again.format === parts.format &&
    (again.mode ?? "push") === (parts.mode ?? "push")
  );
}

/**
 * Splits `<topic>[_<role>][_<format>][_push|_pull]`. With a known topic, what follows it is role, format and mode. Without one, a
 * format is only seen behind a role or where the `format` key repeats it: `a_b.yaml` is the topic `a_b`, not a format `b`.
 */
export function splitPlugName(stem: string, hints: NameHints = {}): NameParts | undefined {
  if (hints.topic !== undefined && (stem === hints.topic || stem.startsWith(`${hints.topic}_`))) {
    const rest = stem.slice(hints.topic.length);
    const role = roles.find((each) => rest === `_${each}` || rest.startsWith(`_${each}_`));
    return { topic: hints.topic, ...(role && { role }), ...splitFormat(rest.slice(role ? role.length + 1 : 0)) };
  }
  const withRole = splitIntegrationName(stem, hints);
  if (withRole) return withRole;
  if (stem === "push" || stem === "pull") return { topic: stem };
  const { format: head, mode } = splitFormat(`_${stem}`);
  if (head === undefined) return undefined;
  const tail = hints.format === undefined ? "" : `_${hints.format}`;
  const topic = tail !== "" && head.endsWith(tail) ? head.slice(0, -tail.length) : head;
  return topic === "" ? undefined : { topic, ...(mode && { mode }) };
}

/** The stem of a plug's manifest. The manifest should hold `topic` as well: the name alone doesn't show where a format begins. */
export function joinPlugName(parts: NameParts): string {
  return [parts.topic, parts.role, parts.format, parts.mode].filter((part) => part !== undefined).join("_");
}

function roleTokens(stem: string): { role: Role; at: number }[] {
  const found: { role: Role; at: number }[] = [];
  for (const { 1: role, index } of stem.matchAll(/_(producer|consumer|trigger|executor)(?=_|$)/g)) {
    if (isRole(role)) found.push({ role, at: index });
  }
  return found;
}

/** `_<format>_<mode>`, either of which may be absent. */
function splitFormat(rest: string): { format?: string; mode?: Mode } {
  const mode = /_(push|pull)$/.exec(rest)?.[1] as Mode | undefined;
  const format = rest.slice(1, mode ? -mode.length - 1 : undefined);
  return { ...(format !== "" && { format }), ...(mode && { mode }) };
}
