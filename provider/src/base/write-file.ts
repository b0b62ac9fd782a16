// Writing a file so that a reader, or a crash, sees the old text or the new, never a part.
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** Replaces `path`, or what it links to, with `text` in UTF-8. The folder must exist; the file keeps its permissions. */
export function writeFileWhole(path: string, text: string): void {
  const target = targetOf(path);
  // Hidden, so that a project which is loaded meanwhile does not see it.
  const temporary = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeSynced(temporary, text, modeOf(target));
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  syncFolder(dirname(target));
}

function writeSynced(path: string, text: string, mode: number | undefined): void {
  const descriptor = openSync(path, "wx");
  try {
    writeFileSync(descriptor, text, "utf8");
    if (mode !== undefined) chmodSync(path, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function modeOf(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && stats.mode & 0o7777;
}

/** Makes the rename itself last; systems that can't open a folder do without. */
function syncFolder(path: string): void {
  try {
    const descriptor = openSync(path, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows has no such thing, and the text itself is on the disk already.
  }
}
