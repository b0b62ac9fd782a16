// Finds a program as a shell does, but never in the folder that we work on: a branch could have put it there.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { isInside } from "./paths";

/**
 * Absolute path of `name` in the first folder of PATH that has it. Entries that are no absolute paths (the current folder among them) do not
 * count, nor do those inside `tree`.
 */
export function findProgram(
  name: string,
  tree: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const path = Object.entries(environment).find(([key]) => key.toUpperCase() === "PATH")?.[1] ?? "";
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (isProgram(file) && !(tree && (isInside(tree, file) || isInside(tree, realpathSync(file))))) return file;
    }
  }
  return undefined;
}

/** PATH without what is no absolute path: programs of the current folder are not meant, whatever the shell does. */
export function withoutRelativeFolders(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
