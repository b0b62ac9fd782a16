// Text in settings that must not be there: it is printed by whoever shows a plan, and kept by the engine.
import { unkeepable } from "../base/keepable";
import { findControl } from "../base/visible";
import type { Path } from "./manifest";

/** What is wrong with a text: `holds the control character \\u001b`. Lines and tabs are no fault. */
export function textFault(text: string): string | undefined {
  const control = findControl(text);
  return control === undefined ? unkeepable(text) : `holds the control character ${control}`;
}

/** The first such text in a value of any shape, names of members included, with its place below `path`. */
export function findTextFault(value: unknown, path: Path): { path: Path; fault: string } | undefined {
  if (typeof value === "string") {
    const fault = textFault(value);
    return fault === undefined ? undefined : { path: [...path], fault };
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const fault = Array.isArray(value) ? undefined : textFault(key);
    if (fault !== undefined) return { path: [...path], fault: `has a name that ${fault}` };
    const found = findTextFault(member, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}
