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

/** The whole again: `find` gives a secret's value as text, by its path. */
export function joinSecrets(
  settings: readonly SettingShape[],
  open: Readonly<Record<string, unknown>>,
  find: (path: string) => string | undefined,
): Record<string, unknown> {
  return joinMembers(settings, open, "", find);
}

/** The paths of all secrets that `values` has a place for. A member of a list has one for each item that is there. */
export function secretPaths(
  settings: readonly SettingShape[],
  values: Readonly<Record<string, unknown>>,
  prefix = "",
): { path: string; setting: SettingShape }[] {
  return settings.flatMap((setting) => {
    const path = prefix + setting.name;
    if (isSecret(setting)) return [{ path, setting }];
    const value = values[setting.name];
    if (setting.properties) return secretPaths(setting.properties, asMapping(value), `${path}.`);
    const members = setting.items;
    if (!members || !Array.isArray(value)) return [];
    return value.flatMap((item: unknown, index) =>
      secretPaths([{ ...members, name: String(index) }], { [index]: item }, `${path}.`),
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

function joinMembers(
  settings: readonly SettingShape[],
  open: Readonly<Record<string, unknown>>,
  prefix: string,
  find: (path: string) => string | undefined,
): Record<string, unknown> {
  const joined = new Map(Object.entries(open));
  for (const setting of settings) {
    const path = prefix + setting.name;
    const value = isSecret(setting) ? typed(setting, find(path)) : joinValue(setting, open[setting.name], path, find);
    if (value !== undefined) joined.set(setting.name, value);
  }
  return Object.fromEntries(joined);
}

function joinValue(
  { properties, items }: SettingShape,
  value: unknown,
  path: string,
  find: (path: string) => string | undefined,
): unknown {
  if (properties && (value === undefined || isMapping(value))) {
    const members = joinMembers(properties, asMapping(value), `${path}.`, find);
    // An object that is not set and has no secret stays not set.
    return value === undefined && Object.keys(members).length === 0 ? undefined : members;
  }
  if (!items || !Array.isArray(value)) return value;
  return value.map((item: unknown, index) => joinValue(items, item, `${path}.${index}`, find));
}

/** What is not text was stored as JSON. */
function typed({ type }: SettingShape, text: string | undefined): unknown {
  if (text === undefined || type === "string") return text;
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
