// Values of a stack over those of the tree.
import { isMapping } from "../base/json";

/** Objects are merged key by key, everything else is replaced. */
export function mergeSettings(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMapping(below) && isMapping(value) ? mergeSettings(below, value) : value;
  }
  return merged;
}
