// A lock between processes. It is the operating system's, taken through SQLite: it ends with the process that holds it, however that ends.
import type { DatabaseSync } from "node:sqlite";

/** `SQLITE_BUSY` */
const BUSY = 5;

export interface ProcessLock {
  release(): void;
}

/** The lock of a file, which is made and stays empty; undefined while another process, or another holder in this one, has it. */
export function tryLock(file: string): ProcessLock | undefined {
  const { DatabaseSync } = require("node:sqlite") as typeof import("node:sqlite");
  const database = new DatabaseSync(file, { timeout: 0 });
  if (tryAcquire(database)) return { release: () => database.close() };
  database.close();
  return undefined;
}

/** Nothing is ever written to the file: an open transaction alone is the lock. */
function tryAcquire(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode === BUSY) return false;
    database.close();
    throw cause;
  }
}
