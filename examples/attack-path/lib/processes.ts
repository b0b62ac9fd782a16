// Processes by number and start time, so that a number that was given away again is never taken for the process of old.
import { readFileSync } from "node:fs";
import { waitFor } from "./wait.ts";

/** `PID STARTED`, or undefined where no such process runs. */
export function processMark(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Whether the process that the mark was made of still runs. */
export function isSameProcess(mark: string | undefined): boolean {
  if (!mark) return false;
  return processMark(Number.parseInt(mark, 10)) === mark.trim();
}

/** Asks the process to end, and ends it after five seconds. Content with one that is gone. */
export async function endProcess(mark: string | undefined): Promise<void> {
  if (!mark || !isSameProcess(mark)) return;
  const pid = Number.parseInt(mark, 10);
  signal(pid, "SIGTERM");
  const gone = () => !isSameProcess(mark);
  await waitFor("", gone, { within: 5_000 }).catch(() => signal(pid, "SIGKILL"));
  await waitFor(`process ${pid} to end`, gone);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
