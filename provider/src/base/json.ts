// JSON values and values as YAML gives them: their type, what kind they are, in words for messages.

/** Anything that JSON can hold: what settings, parameters and results are made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What kind of value was found, in words and without showing it. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
    case "bigint":
      return "a number";
    case "boolean":
      return "a boolean";
    default:
      return "a mapping";
  }
}
