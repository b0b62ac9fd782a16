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

/** Replaces `path`, or what it links to. A new file gets `mode`. */
export function replaceFile(path: string, content: Uint8Array | string, mode = 0o644): void {
  const target = targetOf(path);
  const temporary = `${temporaryPrefix(target)}${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeSynced(temporary, content, statSync(target, { throwIfNoEntry: false })?.mode ?? mode);
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
  syncFolder(dirname(target));
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
    // SQLite says 8 (read-only) and 14 (can't open) where the system says EROFS or EACCES.
    const isReadOnly = isSystemError(cause, "EROFS", "EACCES", "EPERM") || [8, 14].includes(sqliteCode(cause));
    if (!isReadOnly) throw cause;
    throw new MeshroomError({
      code: "STORE_READ_ONLY",
      severity: "error",
      summary: "secrets.gpg was not changed: its folder can't be written to",
      remedy: "make the project's folder writable (`ls -ld . .meshroom recipients` shows what is not), then try again",
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
