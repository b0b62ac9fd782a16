// Declarations of settings, as products and integrations write them.
import { z } from "zod";
import { describe, isMapping } from "../base/json";
import type { Manifest, Path } from "./manifest";
import { checkSettings, isEmpty } from "./setting";
import { flagShape, readShape, textShape } from "./shape";
import type { Setting, SettingType } from "./types";

const typeNames = ["string", "integer", "number", "float", "boolean", "array", "object"] as const;
const typeShape = z.enum(typeNames);

const settingShape = z.looseObject({
  name: textShape.nullish(),
  type: z
    .union([typeShape, z.array(z.union([typeShape, z.literal("null"), z.null()]))])
    .nullish()
    .refine((type) => !Array.isArray(type) || type.filter(isTypeName).length === 1, {
      message: "expected one type, or one type and `null`",
    }),
  items: z.unknown().optional(),
  properties: z.unknown().optional(),
  default: z.unknown().optional(),
  description: textShape.nullish(),
  secret: flagShape.nullish(),
  required: flagShape.nullish(),
});

/** The settings declared at `path`: a list of them, or a mapping from their names. */
export function readSettings(manifest: Manifest, value: unknown, path: Path): Setting[] {
  if (value === null || value === undefined) return [];
  const found = new Map<string, Setting>();
  for (const { item, name, at } of entriesOf(manifest, value, path)) {
    const setting = readSetting(manifest, item, at, name);
    if (!setting) continue;
    if (found.has(setting.name)) {
      const summary = `the setting \`${setting.name}\` is declared more than once, the last one counts`;
      manifest.report("YAML_DUPLICATE_KEY", summary, at, { severity: "warning", remedy: "remove one declaration" });
    }
    found.set(setting.name, setting);
  }
  return [...found.values()];
}

/** Names of the settings, at any depth, whose values are secret. */
export function secretNames(settings: readonly Setting[]): string[] {
  return settings.flatMap((setting) => [
    ...(setting.secret ? [setting.name] : []),
    ...secretNames(setting.properties ?? []),
    ...secretNames(setting.items ? [setting.items] : []),
  ]);
}

interface Declared {
  item: unknown;
  name?: string;
  at: Path;
}

function entriesOf(manifest: Manifest, value: unknown, path: Path): Declared[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ item, at: [...path, index] }));
  if (isMapping(value)) return Object.entries(value).map(([name, item]) => ({ item, name, at: [...path, name] }));
  manifest.report(
    "MANIFEST_SHAPE",
    `\`${String(path.at(-1))}\`: expected a list of settings, found ${describe(value)}`,
    path,
    {
      remedy: "write one `- name: ...` per setting",
    },
  );
  return [];
}

function readSetting(manifest: Manifest, value: unknown, path: Path, key?: string): Setting | undefined {
  if (typeof value === "string" && key === undefined) return { ...readType(manifest, {}, path), name: value };
  if (!isMapping(value) && !(value === null && key !== undefined)) {
    manifest.report("MANIFEST_SHAPE", `a setting is a mapping with a name, found ${describe(value)}`, path, {
      remedy: "write `- name: ...`",
    });
    return undefined;
  }
  const fields = value ?? {};
  const setting = readType(manifest, fields, path);
  const name = manifest.source([...path, "name"]) ?? key;
  if (!name) {
    manifest.report("MANIFEST_SHAPE", "a setting has a `name`, found none", path, { remedy: "add `name: ...`" });
    return undefined;
  }
  return readDefault(manifest, { ...setting, name }, fields.default, [...path, "default"]);
}

/** All but the name and the default. */
function readType(manifest: Manifest, value: Readonly<Record<string, unknown>>, path: Path): Setting {
  const shape = readShape(manifest, settingShape, value, path);
  const names = [shape.type ?? []].flat();
  const items = readItems(manifest, shape.items, [...path, "items"]);
  const hasProperties = isGiven(shape.properties);
  const properties = hasProperties ? readSettings(manifest, shape.properties, [...path, "properties"]) : undefined;
  return {
    name: "",
    type: settingType(names.find(isTypeName), items !== undefined, hasProperties),
    nullable: names.some((name) => !isTypeName(name)),
    ...(items && { items }),
    ...(properties && { properties }),
    ...(shape.description != null && { description: shape.description }),
    // A word that can't be read is taken as yes: it is safer to hide a value too many.
    secret: shape.secret ?? isGiven(value.secret),
    required: shape.required ?? false,
    at: manifest.at(path),
  };
}

/** A scalar type's name, one unnamed declaration, or a list of settings that each element has. */
function readItems(manifest: Manifest, value: unknown, path: Path): Setting | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return readType(manifest, { type: value }, path);
  if (isMapping(value)) return readType(manifest, value, path);
  const properties = readSettings(manifest, value, path);
  return {
    name: "",
    type: "object",
    nullable: false,
    properties,
    secret: false,
    required: false,
    at: manifest.at(path),
  };
}

function settingType(
  name: (typeof typeNames)[number] | undefined,
  hasItems: boolean,
  hasProperties: boolean,
): SettingType {
  if (name) return name === "float" ? "number" : name;
  if (hasItems) return "array";
  return hasProperties ? "object" : "string";
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isTypeName(name: unknown): name is (typeof typeNames)[number] {
  return typeNames.some((each) => each === name);
}

/** Adds a default of the right type. A wrong one is a warning, since other tools read such a declaration without complaint. */
function readDefault(manifest: Manifest, setting: Setting, value: unknown, path: Path): Setting {
  if (isEmpty(value)) return setting;
  if (setting.secret) {
    manifest.report(
      "SECRET_IN_CLEAR",
      `the secret setting \`${setting.name}\` has a default in clear, it is not used`,
      path,
      {
        severity: "warning",
        remedy: "remove the default",
        hideSource: true,
      },
    );
    return setting;
  }
  const { values, problems } = checkSettings([setting], { [setting.name]: value }, { subject: "the default" });
  const secrets = problems.filter(({ code }) => code === "SECRET_IN_CLEAR");
  const hideSource = secretNames([setting]).length > 0;
  if (problems.length > secrets.length) {
    const summary = `the default of the setting \`${setting.name}\` does not fit its type \`${setting.type}\``;
    manifest.report("SETTING_TYPE", summary, path, {
      severity: "warning",
      remedy: "correct the default or the type",
      hideSource,
    });
  }
  for (const { code, summary, remedy } of secrets)
    manifest.report(code, summary, path, { severity: "warning", remedy, hideSource });
  return { ...setting, default: values[setting.name] };
}
