// Settings as they are typed in a shell, `key=value`, made into typed edits of a manifest.
import { type Document, parse } from "yaml";
import { isMapping } from "../../base/json";
import { splitKeyValue } from "../../base/key-value";
import { nearest } from "../../base/suggest";
import { type Diagnostic, isError, MeshroomError } from "../../diagnostic";
import { deleteIn, setIn } from "../../model/edit-manifest";
import { checkSettings } from "../../model/setting";
import { toBoolean } from "../../model/shape";
import type { Setting } from "../../model/types";

/** One value to write; undefined removes it. */
export interface SettingEdit {
  /** Below `settings`. */
  path: readonly (string | number)[];
  value: unknown;
}

/** What settings belong to, for messages and remedies. */
export interface SettingsOwner {
  /** `instance lab`. */
  subject: string;
  settings: readonly Setting[];
}

/** A declared setting at a dotted key. */
export interface FoundSetting {
  setting: Setting;
  path: (string | number)[];
  /** It, or what it is a part of, is secret. */
  isSecret: boolean;
}

/**
 * Values may hold `=`; `a.b=1` is a member of an object, `list.0.b=1` one of a list's element. A list is given as `[a, b]`, or element by
 * element with the option repeated. Every problem is reported, none of the edits is made by halves.
 * @throws MeshroomError SETTING_UNKNOWN, SETTING_TYPE, SECRET_IN_CLEAR, CONFIG_INVALID
 */
export function parseAssignments(owner: SettingsOwner, assignments: readonly string[]): SettingEdit[] {
  const problems: Diagnostic[] = [];
  const edits = new Map<string, SettingEdit>();
  for (const assignment of assignments) {
    const edit = parseOne(owner, assignment, problems);
    if (!edit) continue;
    const key = JSON.stringify(edit.path);
    const before = edits.get(key);
    const isMore = edit.isElement && Array.isArray(before?.value) && Array.isArray(edit.value);
    edits.set(key, isMore ? { ...edit, value: [before?.value, edit.value].flat() } : edit);
  }
  if (problems.length > 0) throw new MeshroomError(problems);
  return [...edits.values()].map(({ path, value }) => ({ path, value }));
}

/** The keys of settings to remove. @throws MeshroomError SETTING_UNKNOWN */
export function parseRemovals(owner: SettingsOwner, keys: readonly string[]): SettingEdit[] {
  return keys.map((key) => ({ path: requireSetting(owner, key).path, value: undefined }));
}

/** The values after the edits. */
export function applyEdits(
  values: Readonly<Record<string, unknown>>,
  edits: readonly SettingEdit[],
): Record<string, unknown> {
  const result = structuredClone(values) as Record<string, unknown>;
  for (const { path, value } of edits) setAt(result, path, value);
  return result;
}

/** The edits in a manifest, below `key`. */
export function writeEdits(document: Document, edits: readonly SettingEdit[], key: string): void {
  for (const { path, value } of edits) {
    if (value === undefined) deleteIn(document, [key, ...path]);
    else setIn(document, [key, ...path], value);
  }
}

/** Only what the edits made wrong counts: what was wrong before is for `validate` to say. @throws MeshroomError SETTING_TYPE, SECRET_IN_CLEAR */
export function checkEdited({ subject, settings }: SettingsOwner, values: Readonly<Record<string, unknown>>): void {
  const errors = checkSettings(settings, values, { subject }).problems.filter(isError);
  if (errors.length > 0) throw new MeshroomError(errors);
}

/** @throws MeshroomError SETTING_UNKNOWN */
export function requireSetting(owner: SettingsOwner, key: string, isSecret = false): FoundSetting {
  const found = findSetting(owner.settings, key);
  if (found) return found;
  throw new MeshroomError(unknownSetting(owner, key, isSecret));
}

/** The longest name counts where a setting's name holds a dot itself. */
export function findSetting(settings: readonly Setting[], key: string, isSecret = false): FoundSetting | undefined {
  const fitting = settings.filter(({ name }) => key === name || key.startsWith(`${name}.`));
  for (const setting of fitting.sort((a, b) => b.name.length - a.name.length)) {
    const rest = key.slice(setting.name.length + 1);
    const found = key === setting.name ? { setting, path: [], isSecret } : findWithin(setting, rest, isSecret);
    if (found) return { ...found, path: [setting.name, ...found.path], isSecret: found.isSecret || setting.secret };
  }
  return undefined;
}

function findWithin({ properties, items, secret }: Setting, key: string, isSecret: boolean): FoundSetting | undefined {
  const isHidden = isSecret || secret;
  if (properties) return findSetting(properties, key, isHidden);
  const [, index, rest] = /^(\d+)(?:\.(.+))?$/.exec(key) ?? [];
  if (!items || index === undefined) return undefined;
  if (rest === undefined) return { setting: items, path: [Number(index)], isSecret: isHidden || items.secret };
  const found = findWithin(items, rest, isHidden);
  return found && { ...found, path: [Number(index), ...found.path] };
}

/** `isSecret`: whether a secret was asked for, or a setting that isn't one. */
export function unknownSetting({ subject, settings }: SettingsOwner, key: string, isSecret = false): Diagnostic {
  const known = dottedNames(settings, isSecret);
  const what = isSecret ? "secret" : "setting";
  const guess = nearest(key, known);
  return {
    code: "SETTING_UNKNOWN",
    severity: "error",
    summary: `${subject} has no ${what} \`${key}\``,
    remedy: guess
      ? `did you mean \`${guess}\`?`
      : known.length > 0
        ? `use one of ${known.map((name) => `\`${name}\``).join(", ")}`
        : `declare it under \`settings:\` in the product's definition.yaml${isSecret ? ", with `secret: true`" : ""}`,
  };
}

/** The names of the settings that are secret, or of those that aren't; those within objects dotted. */
function dottedNames(settings: readonly Setting[], isSecret: boolean, prefix = ""): string[] {
  return settings.flatMap(({ name, properties, secret }) => {
    if (secret !== isSecret && (secret || !properties)) return [];
    const isLeaf = secret || !properties;
    return isLeaf ? [`${prefix}${name}`] : dottedNames(properties, isSecret, `${prefix}${name}.`);
  });
}

/** One value of a setting's type from text; undefined where it is none. */
export function parseValue(setting: Setting, text: string): unknown {
  if (setting.nullable && setting.type !== "string" && /^(null|~|)$/.test(text)) return null;
  switch (setting.type) {
    case "string":
      return text;
    case "integer":
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case "boolean":
      return toBoolean(text);
    case "array":
      return parseList(setting, text);
    case "object":
      return parseFlow(text, isMapping);
  }
}

function parseList({ items }: Setting, text: string): unknown[] | undefined {
  if (text.startsWith("[")) return parseFlow(text, Array.isArray);
  if (text === "") return [];
  const item = items ? parseValue(items, text) : text;
  return item === undefined ? undefined : [item];
}

function parseFlow<T>(text: string, isWanted: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = parse(text);
    return isWanted(value) ? value : undefined;
  } catch {
    // Not YAML, so not of this type: said by the caller, who knows the setting.
    return undefined;
  }
}

function parseOne(
  owner: SettingsOwner,
  assignment: string,
  problems: Diagnostic[],
): (SettingEdit & { isElement: boolean }) | undefined {
  const given = splitKeyValue(assignment);
  if (!given) {
    problems.push(noAssignment(assignment));
    return undefined;
  }
  const [key, text] = given;
  const found = findSetting(owner.settings, key);
  if (!found) problems.push(unknownSetting(owner, key));
  else if (found.isSecret) problems.push(secretInArguments(owner, key));
  else {
    const value = parseValue(found.setting, text);
    if (value !== undefined) {
      return { path: found.path, value, isElement: found.setting.type === "array" && !text.startsWith("[") };
    }
    problems.push(wrongType(owner, key, found.setting, text));
  }
  return undefined;
}

function noAssignment(text: string): Diagnostic {
  return {
    code: "CONFIG_INVALID",
    severity: "error",
    summary: `a setting is given as key=value, found \`${text}\``,
    remedy: "write `-c key=value`",
  };
}

function secretInArguments({ subject }: SettingsOwner, key: string): Diagnostic {
  return {
    code: "SECRET_IN_CLEAR",
    severity: "error",
    summary: `the setting \`${key}\` of ${subject} is a secret, which others could read on the command line`,
    remedy: `give it with \`-s ${key}\` and a line on stdin`,
  };
}

const expectations: Readonly<Record<Setting["type"], string>> = {
  string: "text",
  integer: "an integer",
  number: "a number",
  boolean: "true or false",
  array: "a list such as `[a, b]`",
  object: "a mapping such as `{ a: 1 }`",
};

function wrongType({ subject }: SettingsOwner, key: string, { type, items }: Setting, text: string): Diagnostic {
  const expected = type === "array" && !text.startsWith("[") && items ? expectations[items.type] : expectations[type];
  return {
    code: "SETTING_TYPE",
    severity: "error",
    summary: `the setting \`${key}\` of ${subject} is ${expected}, found \`${text}\``,
    remedy: `write ${expected}`,
  };
}

function setAt(target: Record<string, unknown>, path: SettingEdit["path"], value: unknown): void {
  let node: Record<string | number, unknown> = target;
  for (const [index, step] of path.slice(0, -1).entries()) {
    const next = node[step];
    const isOpen = isMapping(next) || Array.isArray(next);
    if (!isOpen && value === undefined) return;
    if (!isOpen) node[step] = typeof path[index + 1] === "number" ? [] : {};
    node = node[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1);
  if (last === undefined) return;
  if (value !== undefined) node[last] = value;
  else if (Array.isArray(node)) node.splice(Number(last), 1);
  else delete node[last];
}
