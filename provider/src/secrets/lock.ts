// One writer at a time. The lock is the operating system's, taken through SQLite: it ends with the process that holds it, however that ends.
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { workFolder } from "../base/work-folder";
import { MeshroomError } from "../diagnostic";

/** `SQLITE_BUSY` */
const BUSY = 5;

/**
 * Runs `work` while no other process, and no other call in this one, runs under the lock of the project.
 * @param patience milliseconds to wait for others
 * @throws MeshroomError STORE_LOCKED
 */
export async function withStoreLock<T>(root: string, patience: number, work: () => Promise<T>): Promise<T> {
  const lock = await openLock(root);
  try {
    await acquire(lock, patience);
    return await work();
  } finally {
    lock.close();
  }
}

async function openLock(root: string): Promise<DatabaseSync> {
  const folder = workFolder(root);
  const { DatabaseSync } = await import("node:sqlite");
  return new DatabaseSync(join(folder, "secrets.lock"), { timeout: 0 });
}

async function acquire(lock: DatabaseSync, patience: number): Promise<void> {
  const end = performance.now() + patience;
  while (!tryAcquire(lock)) {
    if (performance.now() > end) throw locked(patience);
    // Irregular, so that waiting processes don't keep meeting.
    await delay(5 + Math.random() * 20);
  }
}

/** Nothing is ever written to the file: an open transaction alone is the lock. */
function tryAcquire(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode !== BUSY) throw cause;
    return false;
  }
}

function locked(patience: number): MeshroomError {
  return new MeshroomError({
    code: "STORE_LOCKED",
    severity: "error",
    summary: `another process has been changing secrets.gpg for more than ${Math.round(patience / 1000)} s`,
    remedy: "let it end, or end it (`fuser .meshroom/secrets.lock` names it), then try again; the lock ends with it",
  });
}
