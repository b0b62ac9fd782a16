// One writer of secrets.gpg at a time.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ProcessLock, tryLock } from "../base/process-lock";
import { workFolder } from "../base/work-folder";
import { MeshroomError } from "../diagnostic";

/**
 * Runs `work` while no other process, and no other call in this one, runs under the lock of the project.
 * @param patience milliseconds to wait for others
 * @throws MeshroomError STORE_LOCKED
 */
export async function withStoreLock<T>(root: string, patience: number, work: () => Promise<T>): Promise<T> {
  const lock = await acquire(join(workFolder(root), "secrets.lock"), patience);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function acquire(file: string, patience: number): Promise<ProcessLock> {
  const end = performance.now() + patience;
  for (;;) {
    const lock = tryLock(file);
    if (lock) return lock;
    if (performance.now() > end) throw locked(patience);
    // Irregular, so that waiting processes don't keep meeting.
    await delay(5 + Math.random() * 20);
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
