// Ends a hook host with its parent, even while a hook keeps the main thread busy: this file is also run as a worker thread.
import { isMainThread, Worker, workerData } from "node:worker_threads";

const INTERVAL_MS = 1000;

/** Ends this process and, where it leads a group, what its hooks started in it. */
export function endHost(): void {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    process.kill(process.pid, "SIGKILL");
  }
}

export function endWithParent(): void {
  const resourceLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 };
  new Worker(__filename, { workerData: process.ppid, resourceLimits }).unref();
}

if (!isMainThread) setInterval(() => process.ppid !== workerData && endHost(), INTERVAL_MS);
