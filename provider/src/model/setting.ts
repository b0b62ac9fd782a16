// Values of settings: checked and typed by their declarations, whether they come from a manifest or from a stack's configuration.

import { describe, isMapping } from "../base/json";
import { nearest } from "../base/suggest";
import { visible } from "../base/visible";
import type { Diagnostic, DiagnosticCode, Location } from "../diagnostic";
import type { Part, Path } from "./manifest";
import { findTextFault } from "./setting-text";
import { toBoolean } from "./shape";
import type { Setting } from "./types";

/** Whose values are checked, and where they stand if they stand in a file. */
export interface ValuesSource {
  /** For messages: `instance edr/prod`, `the default`, ... */
  subject: string;
  /** Where a value stands. `frame` quotes the source; it is dropped for whatever may show a secret. */
  place?: (path: Path, part: Part) => { at: Location; frame?: string };
  /** What to do about a secret in clear, best a command. */
  secretRemedy?: (name: string) => string;
  /**
   * Where the values come from something that makes numbers and truth values of text, as Pulumi's config does: how to write text there.
   * What can be turned back exactly is text then.
   */
  textRemedy?: (path: Path) => string;
}

export interface CheckedSettings {
  /** The values of the right type, without secrets in clear. Unknown settings are kept: hooks may read them. */
  values: Record<string, unknown>;
  problems: Diagnostic[];
}

/** Checks `values` (a mapping; nothing counts as empty) and types them: `yes` becomes true where a boolean is due. Reports no missing ones. */
export function checkSettings(settings: readonly Setting[], values: unknown, source: ValuesSource): CheckedSettings {
  const problems: Diagnostic[] = [];
  if (values === null || values === undefined) return { values: {}, problems };
  const checked = new Checker(source, problems).members(settings, values, []);
  return { values: checked ?? {}, problems };
}

/** Dotted names of required settings that have neither a value nor a default. Secrets are looked for in their store instead. */
export function missingSettings(
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
  prefix: readonly string[] = [],
): string[] {
  const filled = withDefaults(settings, values);
  return settings.flatMap((setting) => {
    const path = [...prefix, setting.name];
    const value = filled[setting.name];
    if (setting.secret) return [];
    if (value === undefined) return setting.required ? [path.join(".")] : [];
    // A member that only its siblings' defaults call for isn't missed.
    const isWanted = setting.required || values[setting.name] !== undefined;
    return isWanted ? missingWithin(setting, value, path) : [];
  });
}

function missingWithin(setting: Setting, value: unknown, path: readonly string[]): string[] {
  if (isMapping(value)) return missingSettings(setting.properties ?? [], value, path);
  const members = setting.items?.properties;
  if (!Array.isArray(value) || !members) return [];
  return value.flatMap((item: unknown, index) =>
    isMapping(item) ? missingSettings(members, item, [...path, String(index)]) : [],
  );
}

/** A copy of `values` with defaults filled in at every depth. */
export function withDefaults(
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const filled = new Map(Object.entries(values));
  for (const setting of settings) {
    const value = filledValue(setting, filled.get(setting.name));
    if (value !== undefined) filled.set(setting.name, value);
  }
  return Object.fromEntries(filled);
}

function filledValue(setting: Setting, value: unknown): unknown {
  const given = value === undefined ? structuredClone(setting.default) : value;
  if (given === undefined && setting.properties) {
    const members = withDefaults(setting.properties, {});
    return Object.keys(members).length > 0 ? members : undefined;
  }
  if (setting.properties && isMapping(given)) return withDefaults(setting.properties, given);
  const items = setting.items;
  return items && Array.isArray(given) ? given.map((item: unknown) => filledValue(items, item)) : given;
}

/** Whether a value says nothing, so that even a secret's place may hold it. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

function holdsSecret(setting: Setting): boolean {
  return setting.secret || [...(setting.properties ?? []), ...(setting.items ? [setting.items] : [])].some(holdsSecret);
}

const expectations: Readonly<Record<Setting["type"], string>> = {
  string: "text",
  integer: "an integer",
  number: "a finite number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
};

/** As many names are compared to find those that were meant: of thousands nobody needs that. */
const COMPARISONS = 20_000;
/** Names that a remedy lists. */
const NAMES = 20;

function listNames(settings: readonly Setting[]): string {
  const open = settings.filter((each) => !each.secret);
  const names = open.slice(0, NAMES).map((each) => `\`${each.name}\``);
  return open.length > NAMES ? `${names.join(", ")} (and ${open.length - NAMES} more)` : names.join(", ");
}

class Checker {
  private comparisons = 0;
  private readonly secretive = new Map<readonly Setting[], boolean>();

  constructor(
    private readonly source: ValuesSource,
    private readonly problems: Diagnostic[],
  ) {}

  members(settings: readonly Setting[], values: unknown, path: Path): Record<string, unknown> | undefined {
    if (!isMapping(values)) {
      this.report(
        "SETTING_TYPE",
        `the settings of ${this.source.subject} are a mapping, found ${describe(values)}`,
        path,
        {
          remedy: "write `name: value` pairs",
          isHidden: true,
        },
      );
      return undefined;
    }
    const checked: [string, unknown][] = [];
    // Of two of one name the first counts.
    const byName = new Map([...settings].reverse().map((setting) => [setting.name, setting]));
    for (const [name, value] of Object.entries(values)) {
      const setting = byName.get(name);
      if (!setting?.secret && this.refusesText(setting, value, [...path, name])) continue;
      const kept = setting ? this.value(setting, value, [...path, name]) : this.unknown(settings, name, value, path);
      if (kept !== undefined) checked.push([name, kept]);
    }
    return Object.fromEntries(checked);
  }

  /** The typed value; undefined where it is not set, or not to be used. */
  private value(setting: Setting, value: unknown, path: Path): unknown {
    if (setting.secret) return this.secret(value, path);
    // A key with nothing behind it is a setting that isn't set.
    if (value === null || value === undefined) return setting.nullable ? value : undefined;
    if (setting.type === "object" && isMapping(value)) {
      return setting.properties ? this.members(setting.properties, value, path) : value;
    }
    if (setting.type === "array" && Array.isArray(value)) {
      const { items } = setting;
      if (!items) return value;
      return value
        .map((item: unknown, index) => this.value(items, item, [...path, index]))
        .filter((item) => item !== undefined);
    }
    const typed = typedScalar(setting.type, value) ?? (this.source.textRemedy && exactText(setting.type, value));
    if (typed !== undefined) return typed;
    const quoted = quotedNumber(setting.type, value);
    this.wrongType(setting, value, path, quoted !== undefined);
    return quoted;
  }

  /** Such text commands the terminal of whoever looks at a plan, or can't be kept. */
  private refusesText(setting: Setting | undefined, value: unknown, path: Path): boolean {
    // Declared members are looked at one by one, since some may be secret.
    const found = setting?.properties && isMapping(value) ? undefined : findTextFault(value, path);
    if (!found) return false;
    this.report(
      "SETTING_TYPE",
      `the setting \`${visible(found.path.map(String).join("."))}\` of ${this.source.subject} ${found.fault}`,
      path,
      {
        remedy: "write it without",
        isHidden: true,
      },
    );
    return true;
  }

  private secret(value: unknown, path: Path): undefined {
    if (isEmpty(value)) return;
    const name = path.join(".");
    this.report("SECRET_IN_CLEAR", `the secret setting \`${name}\` of ${this.source.subject} stands in clear`, path, {
      remedy: this.source.secretRemedy?.(name) ?? "remove the value and keep it in secrets.gpg",
      isHidden: true,
      part: "key",
    });
  }

  private unknown(settings: readonly Setting[], name: string, value: unknown, path: Path): unknown {
    const isGuessed = this.comparisons < COMPARISONS;
    this.comparisons += settings.length;
    const guess = isGuessed
      ? nearest(
          name,
          settings.map((each) => each.name),
        )
      : undefined;
    const meant = guess === undefined ? undefined : settings.find((each) => each.name === guess);
    // A misspelt secret is a secret all the same; one that is not looked for may be one.
    const isSecret = isGuessed ? meant !== undefined && holdsSecret(meant) : this.hasSecrets(settings);
    const full = [...path, name].join(".");
    const known = isGuessed ? listNames(settings) : "";
    this.report(
      "SETTING_UNKNOWN",
      `${this.source.subject} has no setting \`${full}\`${isSecret ? ", its value is not used" : ""}`,
      [...path, name],
      {
        severity: "warning",
        remedy: guess
          ? `did you mean \`${guess}\`?`
          : known
            ? `use one of ${known}, or declare it`
            : "declare it in the product's definition.yaml, or remove it",
        isHidden: isSecret,
        part: "key",
      },
    );
    return isSecret ? undefined : value;
  }

  private hasSecrets(settings: readonly Setting[]): boolean {
    const known = this.secretive.get(settings) ?? settings.some(holdsSecret);
    this.secretive.set(settings, known);
    return known;
  }

  /** `isQuoted`: the Python tool writes every value that it is given on the command line as text, so numbers among them count. */
  private wrongType(setting: Setting, value: unknown, path: Path, isQuoted: boolean): void {
    const expected = expectations[setting.type];
    const name = path.join(".");
    const isUnquoted = setting.type === "string" && ["number", "boolean"].includes(typeof value);
    const found = typeof value === "number" && setting.type === "integer" ? "another number" : describe(value);
    const unquoted = this.source.textRemedy?.(path) ?? "put the value in quotes";
    const remedy = isUnquoted ? unquoted : isQuoted ? "remove the quotes" : `write ${expected}`;
    this.report(
      "SETTING_TYPE",
      `the setting \`${name}\` of ${this.source.subject} is ${expected}, found ${found}`,
      path,
      {
        severity: isQuoted ? "warning" : undefined,
        remedy,
        isHidden: holdsSecret(setting),
      },
    );
  }

  private report(
    code: DiagnosticCode,
    summary: string,
    path: Path,
    options: { severity?: "warning" | undefined; remedy: string; isHidden: boolean; part?: Part },
  ): void {
    const place = this.source.place?.(path, options.part ?? "value");
    const frame = options.isHidden ? undefined : place?.frame;
    this.problems.push({
      code,
      severity: options.severity ?? "error",
      summary,
      remedy: options.remedy,
      at: place?.at,
      frame,
    });
  }
}

function quotedNumber(type: Setting["type"], value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? typedScalar(type, Number(value)) : undefined;
}

/** The text that a number or a truth value was made of, where there is only one: `1.10` and `1.1` are the same number. */
function exactText(type: Setting["type"], value: unknown): string | undefined {
  const isExact = typeof value === "boolean" || (Number.isSafeInteger(value) && !Object.is(value, -0));
  return type === "string" && isExact ? String(value) : undefined;
}

/** Integers beyond 2^53 are refused, since they would be rounded without a word. */
function typedScalar(type: Setting["type"], value: unknown): unknown {
  switch (type) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "integer":
      return Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "boolean":
      return toBoolean(value);
    default:
      return undefined;
  }
}
