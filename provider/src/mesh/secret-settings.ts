// Settings whose values are secret: given encrypted by the stack's config or as secret Outputs. The engine keeps them encrypted where they were
// given; here is what sees to it that they are nowhere else.
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../base/json";
import { MASK } from "../secrets/mask";

type Settings = Record<string, Json>;
export type SettingPlace = "settings" | "sourceSettings" | "destinationSettings";

/** Names of secret settings, by the input that holds them. */
export type SecretSettings = Partial<Record<SettingPlace, string[]>>;

interface Stored extends Partial<Record<SettingPlace, Settings>> {
  __secretSettings?: SecretSettings;
}

/** What the mask must know: texts as they are, objects and lists as JSON. */
export function secretValues(inputs: Stored): string[] {
  const places = Object.entries(inputs.__secretSettings ?? {}) as [SettingPlace, string[]][];
  return places.flatMap(([place, names]) =>
    names.flatMap((name) => {
      const value = inputs[place]?.[name];
      if (value === undefined || value === null || typeof value === "boolean") return [];
      return [typeof value === "string" ? value : JSON.stringify(value)];
    }),
  );
}

/** Names of the plug's own settings that still hold what was given: hooks have them, and the state must not. */
function untouched(settings: Settings, inputs: Stored): string[] {
  const names = inputs.__secretSettings?.settings ?? [];
  return names.filter(
    (name) => Object.hasOwn(settings, name) && isDeepStrictEqual(settings[name], inputs.settings?.[name]),
  );
}

/** `plug.settings` without what is secret in them by right; the rest must hold no secret. */
export function withoutGiven(settings: Settings, inputs: Stored): Settings {
  const given = new Set(untouched(settings, inputs));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !given.has(name)));
}

/** `plug.settings` as the state keeps them in clear: a mask stands where the secret was given, a deleted one is not there. */
export function closeSettings(settings: Settings, inputs: Stored): Settings {
  const masks = untouched(settings, inputs).map((name) => [name, MASK] as const);
  return { ...settings, ...Object.fromEntries(masks) };
}

/** What {@link closeSettings} has kept, as hooks are given it. `given`: the plug's own settings, where others hold than those kept with the state. */
export function openSettings(stored: Stored & { state?: Settings }, given: Settings = stored.settings ?? {}): Settings {
  const { state = {}, __secretSettings } = stored;
  const isMasked = (name: string) => state[name] === MASK && __secretSettings?.settings?.includes(name);
  const entries = Object.entries(state).flatMap(([name, value]) => {
    if (!isMasked(name)) return [[name, value] as const];
    const own = given[name];
    return own === undefined ? [] : [[name, own] as const];
  });
  return Object.fromEntries(entries);
}
