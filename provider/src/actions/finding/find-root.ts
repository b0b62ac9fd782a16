// Which folder is meant when none is named.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** What only a project has. */
const marks = ["products", "instances", "meshroom.yaml", "meshroom.yml"];

export function isProjectRoot(folder: string): boolean {
  return marks.some((name) => existsSync(join(folder, name)));
}

/** The nearest folder, `start` or above it, that holds a project; undefined where none does. */
export function findProjectRoot(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isProjectRoot(folder)) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
