// The bytes of secrets.gpg on disk: read whole, and what keeps them from being read or written, in words.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
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

export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as { code?: string } | undefined)?.code ?? "");
}

function sqliteCode(error: unknown): number {
  return (error as { errcode?: number } | undefined)?.errcode ?? 0;
}
