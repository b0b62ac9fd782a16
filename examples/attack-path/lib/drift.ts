// What a status hook says about something that it found at the tenant.
import type { Status } from "pulumi-meshroom/hooks";

/** True, or the first difference in words. Values are shown: no secrets. */
export function compare<T extends object>(what: string, actual: T, expected: Partial<T>): Status {
  for (const key of Object.keys(expected) as (keyof T & string)[]) {
    if (JSON.stringify(actual[key]) !== JSON.stringify(expected[key])) {
      return `${what}: ${key} is ${JSON.stringify(actual[key])} instead of ${JSON.stringify(expected[key])}`;
    }
  }
  return true;
}
