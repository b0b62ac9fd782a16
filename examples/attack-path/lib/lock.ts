// A lock between processes: hooks run in several hosts at once, and long-running parts beside them.
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readIfThere } from "./files.ts";
import { isSameProcess, processMark } from "./processes.ts";
import { waitFor } from "./wait.ts";

/** Runs `work` while no other process holds the file. What a killed process has left is not in the way. */
export async function withLock<T>(file: string, work: () => Promise<T> | T, signal?: AbortSignal): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, processMark(process.pid) ?? "");
  try {
    await waitFor(`the lock ${file}`, () => take(draft, file), { within: 120_000, signal });
  } finally {
    rmSync(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A hard link is there whole or not at all, with its holder's mark in it. */
function take(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  clearDead(file, `${draft}.dead`);
  return false;
}

/** Takes away the lock of a process that has ended. One that was taken in the meantime is put back. */
function clearDead(file: string, aside: string): void {
  const mark = readIfThere(file);
  if (mark === undefined || isSameProcess(mark)) return;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== mark) linkSync(aside, file);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  rmSync(aside, { force: true });
}
