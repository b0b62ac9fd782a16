// The bytes of secrets.gpg on disk: a reader, or a crash, sees the old store or the new, never a part.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { MeshroomError } from "../diagnostic";

/** The whole content, or undefined where there is no such file. */
export function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) return undefined;
    throw new MeshroomError({
      code: "FILE_UNREADABLE",
      severity: "error",
      summary: `${basename(path)} can't be read`,
      remedy: `ls -ld ${basename(path)}`,
      cause,
    });
  }
}

/**
 * Replaces `path`, or what it links to, which keeps its permissions.
 * @param isDue asked at the last moment; false leaves everything as it was
 * @returns whether the file was replaced
 */
export function replaceFile(path: string, content: Uint8Array | string, isDue = () => true): boolean {
  const target = targetOf(path);
  const temporary = `${temporaryPrefix(target)}${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeSynced(temporary, content, statSync(target, { throwIfNoEntry: false })?.mode ?? 0o644);
    if (!isDue()) return false;
    renameSync(temporary, target);
  } finally {
    // Gone already where it was renamed.
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(target));
  return true;
}

/** What writers left that were killed. Only under the lock: whose files these are is otherwise unknown. */
export function removeLeftovers(path: string): void {
  const prefix = temporaryPrefix(targetOf(path));
  const isLeftover = (name: string) => name.startsWith(basename(prefix)) && /\.[0-9a-f]{12}\.tmp$/.test(name);
  const folder = dirname(prefix);
  for (const name of readdirSync(folder).filter(isLeftover)) rmSync(join(folder, name), { force: true });
}

/** Runs what writes to the project's folder. @throws MeshroomError STORE_READ_ONLY */
export async function explainReadOnly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // SQLite says 8 (read-only), 13 (full) and 14 (can't open) where the system says EROFS, ENOSPC and EACCES.
    const isRefused = isSystemError(cause, "EROFS", "EACCES", "EPERM", "ENOSPC", "EDQUOT");
    if (!isRefused && ![8, 13, 14].includes(sqliteCode(cause))) throw cause;
    throw new MeshroomError({
      code: "STORE_READ_ONLY",
      severity: "error",
      summary: "secrets.gpg was not changed: its folder can't be written to, or its disk is full",
      remedy: "`ls -ld . .meshroom recipients` and `df .` show which; repair that, then try again",
      cause,
    });
  }
}

function writeSynced(path: string, content: Uint8Array | string, mode: number): void {
  const descriptor = openSync(path, "wx", mode & 0o777);
  try {
    fchmodSync(descriptor, mode & 0o777);
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Hidden, so that neither git's users nor the loader take it for part of the project. */
function temporaryPrefix(target: string): string {
  return join(dirname(target), `.${basename(target)}.`);
}

function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Makes the rename itself last; Windows can't open a folder and does without. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as { code?: string } | undefined)?.code ?? "");
}

function sqliteCode(error: unknown): number {
  return (error as { errcode?: number } | undefined)?.errcode ?? 0;
}
