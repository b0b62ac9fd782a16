// Which folder is meant when none is named.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest folder, `start` or above it, that holds a project; undefined where none does. */
export function findProjectRoot(start: string): string | undefined {
  const marks = ["products", "instances", "meshroom.yaml", "meshroom.yml"];
  for (let folder = start; ; folder = dirname(folder)) {
    if (marks.some((name) => existsSync(join(folder, name)))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
