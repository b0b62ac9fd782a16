// The files of a folder and of those below it.
import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Relative to the folder, with `/`, sorted; none where there is no folder. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}
