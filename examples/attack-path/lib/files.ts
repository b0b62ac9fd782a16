// Configuration files: written whole or not at all, and read with "not there" as an answer.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Undefined: there is no such file. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A reader sees the old text or the new one. True if the text is new. */
export function writeWhole(file: string, text: string, mode = 0o644): boolean {
  if (readIfThere(file) === text) return false;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}~`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
  return true;
}

/** True if there was one. */
export function removeFile(file: string): boolean {
  const was = readIfThere(file) !== undefined;
  rmSync(file, { force: true });
  return was;
}

/** Writes over the file in place: for a product that watches the inode, or a file whose owner and mode must stay. */
export function overwrite(file: string, text: string): boolean {
  if (readIfThere(file) === text) return false;
  writeFileSync(file, text);
  return true;
}
