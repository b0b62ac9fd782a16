// What a caller gives for the settings of an instance or a plug, checked and ready to be written.
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { missingSettings } from "../../model/setting";
import {
  applyEdits,
  checkEdited,
  type FoundSetting,
  parseAssignments,
  parseRemovals,
  requireSetting,
  type SettingEdit,
  type SettingsOwner,
} from "./setting-edits";

export interface GivenSettings {
  /** As typed: `key=value`. */
  assignments?: readonly string[];
  /** Dotted keys of settings to remove. */
  removals?: readonly string[];
  /** Typed values, such as answers to questions; they come after the assignments. */
  edits?: readonly SettingEdit[];
  /** Secrets by dotted key. */
  secrets?: ReadonlyMap<string, string>;
}

/** The edits of all that is given. @throws MeshroomError SETTING_UNKNOWN, SETTING_TYPE, SECRET_IN_CLEAR, CONFIG_INVALID */
export function editsOf(owner: SettingsOwner, given: GivenSettings): SettingEdit[] {
  return [
    ...parseAssignments(owner, given.assignments ?? []),
    ...parseRemovals(owner, given.removals ?? []),
    ...(given.edits ?? []),
  ];
}

/** The values after the edits, of the right types. @throws MeshroomError SETTING_TYPE, SECRET_IN_CLEAR */
export function valuesAfter(
  owner: SettingsOwner,
  values: Readonly<Record<string, unknown>>,
  edits: readonly SettingEdit[],
): Record<string, unknown> {
  const edited = applyEdits(values, edits);
  if (edits.length > 0) checkEdited(owner, edited);
  return edited;
}

/** @throws MeshroomError SETTING_UNKNOWN for a name that is none, CONFIG_INVALID for one that is not secret */
export function requireSecret(owner: SettingsOwner, key: string): FoundSetting {
  const found = requireSetting(owner, key, true);
  if (found.isSecret) return found;
  throw new MeshroomError({
    code: "CONFIG_INVALID",
    severity: "error",
    summary: `the setting \`${key}\` of ${owner.subject} is no secret`,
    remedy: `give it with \`-c ${key}=VALUE\``,
  });
}

/** Warnings about required settings that have no value; `configure` makes the command that sets one. */
export function missingWarnings(
  { subject, settings }: SettingsOwner,
  values: Readonly<Record<string, unknown>>,
  configure: (options: string[]) => string,
): Diagnostic[] {
  return missingSettings(settings, values).map((name) => ({
    code: "SETTING_MISSING",
    severity: "warning",
    summary: `the setting \`${name}\` of ${subject} is required and has no value`,
    remedy: `\`${configure(["-c", `${name}=VALUE`])}\``,
  }));
}

/** A warning for each required secret, at any depth outside lists, that is neither among `given` nor known to be stored. */
export function missingSecretWarnings(
  { subject, settings }: SettingsOwner,
  isThere: (name: string) => boolean,
  configure: (options: string[]) => string,
): Diagnostic[] {
  return requiredSecrets(settings)
    .filter((name) => !isThere(name))
    .map((name) => ({
      code: "SECRET_MISSING",
      severity: "warning",
      summary: `the secret \`${name}\` of ${subject} is required and not set`,
      remedy: `\`${configure(["-s", name])}\``,
    }));
}

function requiredSecrets(settings: SettingsOwner["settings"], prefix = ""): string[] {
  return settings.flatMap(({ name, secret, required, properties }) => {
    if (secret) return required ? [`${prefix}${name}`] : [];
    return required && properties ? requiredSecrets(properties, `${prefix}${name}.`) : [];
  });
}
