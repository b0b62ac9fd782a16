// Writing a file so that a reader, or a crash, sees the old content or the new, never a part. `write-file-atomic` of npm does not make the
// rename itself last (it syncs no folder), and its temporary files are not hidden, so that a project loaded meanwhile would see them.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Replaces `path`, or what it links to, with `content`; text is UTF-8. The folder must exist; the file keeps its permissions.
 * @param isDue asked at the last moment; false leaves everything as it was
 * @returns whether the file was replaced
 */
export function writeFileWhole(path: string, content: string | Uint8Array, isDue = () => true): boolean {
  const target = targetOf(path);
  const temporary = `${temporaryPrefix(target)}${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeSynced(temporary, content, statSync(target, { throwIfNoEntry: false })?.mode);
    if (!isDue()) return false;
    renameSync(temporary, target);
  } finally {
    // Gone already where it was renamed.
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(target));
  return true;
}

/** Removes what writers of `path` left that were killed. Only under a lock: whose files these are is otherwise unknown. */
export function removeLeftovers(path: string): void {
  const prefix = temporaryPrefix(targetOf(path));
  const isLeftover = (name: string) => name.startsWith(basename(prefix)) && /\.[0-9a-f]{12}\.tmp$/.test(name);
  const folder = dirname(prefix);
  for (const name of readdirSync(folder).filter(isLeftover)) rmSync(join(folder, name), { force: true });
}

/** Hidden, so that neither git's users nor the loader take it for part of the project. */
function temporaryPrefix(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 200)}.`);
}

function writeSynced(path: string, content: string | Uint8Array, mode: number | undefined): void {
  const descriptor = openSync(path, "wx", mode === undefined ? 0o666 : mode & 0o777);
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode & 0o7777);
    writeFileSync(descriptor, content);
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

/** Makes the rename itself last. Windows, and some file systems, have no such thing; the content itself is on the disk already. */
function syncFolder(path: string): void {
  try {
    const descriptor = openSync(path, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EACCES", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"].includes(code)) throw error;
  }
}
