// The settings of an instance in a stack: the tree's values, the stack's over them, Outputs of other resources over those.
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../base/json";
import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import { mergeSettings } from "../mesh/merge-settings";
import { checkSettings, missingSettings, type ValuesSource, withDefaults } from "../model/setting";
import type { Setting } from "../model/types";

/** Values by setting; any of them may be, or hold, an Output. */
export type SettingValues = Record<string, pulumi.Input<unknown>>;

export interface EffectiveSettings {
  values: Record<string, pulumi.Input<Json>>;
  problems: Diagnostic[];
  /** Problems of values that are known only while the program runs, ready to print; empty for none. */
  laterProblems?: pulumi.Output<string>;
}

/**
 * `address` is that of the instance, `source` says where the overrides come from. Objects are merged key by key, everything else is replaced.
 * Values are checked by the declared settings: what is known now at once, an Output when it has a value.
 */
export function effectiveSettings(
  address: string,
  declared: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
  overrides: SettingValues,
  source: ValuesSource,
): EffectiveSettings {
  const entries = Object.entries(overrides);
  const known = Object.fromEntries(entries.filter(([, value]) => !holdsOutput(value)));
  const later = entries.filter(([, value]) => holdsOutput(value));
  const put = (found: Readonly<Record<string, unknown>>) => {
    const checked = checkSettings(declared, found, source);
    return { merged: mergeSettings(values, checked.values), problems: checked.problems };
  };
  const { merged, problems } = put(known);
  const missingIn = (all: Readonly<Record<string, unknown>>) => missingSettings(declared, all);
  const present = { ...merged, ...Object.fromEntries(later.map(([name]) => [name, true])) };
  const result: EffectiveSettings = {
    values: withDefaults(declared, merged) as Record<string, Json>,
    problems: [...problems, ...missingIn(present).map((name) => missing(address, name))],
  };
  if (later.length === 0) return result;
  const texts = later.map(([name, value]) => {
    const checked = (pulumi.output(value) as pulumi.Output<unknown>).apply((found) => {
      const late = put({ [name]: found });
      const isOwn = (path: string) => path === name || path.startsWith(`${name}.`);
      const lacking = missingIn(late.merged).filter(isOwn);
      return {
        value: withDefaults(declared, late.merged)[name],
        problems: [...late.problems, ...lacking.map((path) => missing(address, path))].map(formatDiagnostic).join("\n"),
      };
    });
    result.values[name] = checked.value as pulumi.Output<Json>;
    // A problem says what kind of value was found, never the value.
    return pulumi.unsecret(checked.problems);
  });
  result.laterProblems = pulumi.all(texts).apply((found) => found.filter(Boolean).join("\n"));
  return result;
}

function missing(address: string, name: string): Diagnostic {
  return {
    code: "SETTING_MISSING",
    severity: "error",
    summary: `instance ${address} has no value for the required setting ${name}`,
    remedy: `set it in the instance's config.yaml, or for one stack with \`pulumi config set --path 'settings.${address}.${name}' VALUE\``,
  };
}

export function holdsOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsOutput);
}
