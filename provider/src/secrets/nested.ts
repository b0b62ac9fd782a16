// Secrets inside object and array settings: taken out before the rest is written in clear, put back before hooks see it.

/** A declared setting, as far as it matters here. */
export interface SettingShape {
  name: string;
  type: string;
  secret: boolean;
  items?: SettingShape;
  properties?: readonly SettingShape[];
}

export interface SplitSettings {
  /** What may be written in clear. Lists keep their length, so that the places of their members stay what they are. */
  open: Record<string, unknown>;
  /** By dotted path, with the index for a member of a list: `accounts.0.token`. */
  secrets: Map<string, unknown>;
}

/** Takes every secret out of `values`. */
export function splitSecrets(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
): SplitSettings {
  const secrets = new Map<string, unknown>();
  return { open: splitMembers(settings, values, "", secrets), secrets };
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

/** The whole again: `find` gives a secret's value as text, by its dotted path. */
export function joinSecrets(
  settings: readonly SettingShape[],
  open: Readonly<Record<string, unknown>>,
  find: (path: string) => string | undefined,
): Record<string, unknown> {
  return placeSecrets(open, placesOf(settings, open), find);
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

function splitMembers(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
  prefix: string,
  secrets: Map<string, unknown>,
): Record<string, unknown> {
  const kept = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    const setting = settings.find((each) => each.name === name);
    if (!setting) return [[name, value]];
    const path = prefix + name;
    if (!isSecret(setting)) return [[name, splitValue(setting, value, path, secrets)]];
    if (value !== null && value !== undefined) secrets.set(path, value);
    return [];
  });
  return Object.fromEntries(kept);
}

function splitValue(setting: SettingShape, value: unknown, path: string, secrets: Map<string, unknown>): unknown {
  const { properties, items } = setting;
  if (properties && isMapping(value)) return splitMembers(properties, value, `${path}.`, secrets);
  if (!items || !Array.isArray(value)) return value;
  return value.map((item: unknown, index) => splitValue(items, item, `${path}.${index}`, secrets));
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

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asMapping(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}
