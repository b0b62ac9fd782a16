// What a command that shows a part of the project says about problems elsewhere in it.
import { isError } from "../../diagnostic";
import type { Project } from "../../model/types";

/** One line where the tree has errors, nothing where it has none. */
export function problemNote(project: Project): string[] {
  const errors = project.diagnostics.filter(isError).length;
  if (errors === 0) return [];
  return [`${errors === 1 ? "1 error" : `${errors} errors`} in this project: see \`meshroom validate\``];
}
