// Secrets inside object and array settings: they lie elsewhere than the rest, and are put in their places before hooks see it.
import { isMapping } from "../base/json";

/** A declared setting, as far as it matters here. */
export interface SettingShape {
  name: string;
  type: string;
  secret: boolean;
  items?: SettingShape;
  properties?: readonly SettingShape[];
}

/** A secret inside an object or a list: hooks get it within the whole. */
export interface NestedSecret {
  /** Names of settings, and indexes for members of lists. */
  path: readonly string[];
  /** Otherwise its value is JSON. */
  isText: boolean;
}

export function nestedSecrets(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
): NestedSecret[] {
  return placesOf(settings, values).filter(({ path }) => path.length > 1);
}

/** A copy of `open` with the secrets that have a value in their places. An object that is not there is made for them. */
export function placeSecrets(
  open: Readonly<Record<string, unknown>>,
  secrets: readonly NestedSecret[],
  find: (path: string) => string | undefined,
): Record<string, unknown> {
  const whole = structuredClone(open) as Record<string, unknown>;
  for (const { path, isText } of secrets) {
    const value = find(path.join("."));
    if (value !== undefined) place(whole, path, isText ? value : parsed(value));
  }
  return whole;
}

/** The dotted paths of all secrets that `values` has a place for. A member of a list has one for each item that is there. */
export function secretPaths(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
): { path: string; setting: SettingShape }[] {
  return findSecrets(settings, values, []).map(({ path, setting }) => ({ path: path.join("."), setting }));
}

/** A copy of `values` with nothing that is declared secret, for people to look at. Of a value in another shape nothing is left: what it holds is not known. */
export function withoutSecrets(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shown = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    const setting = settings.find((each) => each.name === name);
    const open = setting ? openPart(setting, value) : value;
    return open === undefined ? [] : [[name, open]];
  });
  return Object.fromEntries(shown);
}

function openPart(setting: SettingShape, value: unknown): unknown {
  const { properties, items } = setting;
  if (!holdsSecret(setting)) return value;
  if (properties && isMapping(value)) return withoutSecrets(properties, value);
  if (items && !isSecret(items) && Array.isArray(value))
    return value.map((item: unknown) => openPart(items, item) ?? null);
  return undefined;
}

function holdsSecret(setting: SettingShape): boolean {
  const { properties = [], items } = setting;
  return isSecret(setting) || properties.some(holdsSecret) || (items !== undefined && holdsSecret(items));
}

function placesOf(settings: readonly SettingShape[], values: Readonly<Record<string, unknown>>): NestedSecret[] {
  return findSecrets(settings, values, []).map(({ path, setting }) => ({ path, isText: setting.type === "string" }));
}

function findSecrets(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
  above: readonly string[],
): { path: readonly string[]; setting: SettingShape }[] {
  return settings.flatMap((setting) => {
    const path = [...above, setting.name];
    if (isSecret(setting)) return [{ path, setting }];
    const value = values[setting.name];
    if (setting.properties) return findSecrets(setting.properties, asMapping(value), path);
    const members = setting.items;
    if (!members || !Array.isArray(value)) return [];
    return value.flatMap((item: unknown, index) =>
      findSecrets([{ ...members, name: String(index) }], { [index]: item }, path),
    );
  });
}

/** A list of secrets is one secret: who removes one in the middle must not move the others. */
function isSecret({ secret, items }: SettingShape): boolean {
  return secret || (items !== undefined && isSecret(items));
}

/** What stands in the way, a text where an object belongs, stays: that is the check's to say. */
function place(target: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  target[key] ??= {};
  const below = target[key];
  if (isMapping(below) || Array.isArray(below)) place(below as Record<string, unknown>, rest, value);
}

/** What is not text was stored as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A secret that was set as text for a setting of another type: the hook's to judge, not to be quoted in an error.
    return text;
  }
}

function asMapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}
