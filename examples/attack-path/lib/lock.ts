// A lock between processes, since hooks run in several hosts at once: an open SQLite transaction, which the operating system ends with its process.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { waitFor } from "./wait.ts";

/** `SQLITE_BUSY` */
const busy = 5;

/** Runs `work` while no other process, and no other call of this one, holds the file. It stays, empty. */
export async function withLock<T>(file: string, work: () => Promise<T> | T, signal?: AbortSignal): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    await waitFor(`the lock ${file}`, () => take(lock), { within: 240_000, signal });
    return await work();
  } finally {
    lock.close();
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== busy) throw error;
    return false;
  }
}
