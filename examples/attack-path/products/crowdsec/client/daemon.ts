// Has CrowdSec read its configuration again. It does so on SIGHUP, takes seconds, and dies of one that comes before it is
// ready. So reloads are one at a time, each waits for readiness, and one serves all who changed files before it began.
import { join } from "node:path";
import type { HookInstance } from "pulumi-meshroom/hooks";
import { readIfThere, writeWhole } from "../../../lib/files.ts";
import { request } from "../../../lib/http.ts";
import { withLock } from "../../../lib/lock.ts";
import { processMark } from "../../../lib/processes.ts";
import { pause, waitFor } from "../../../lib/wait.ts";

const ready = "Starting processing data";
/** Milliseconds for other plugs of the same `up` to change their files as well, so that one reload serves them. */
const gathering = 800;

export async function reload({ settings }: HookInstance, signal: AbortSignal): Promise<void> {
  const asked = Date.now();
  const last = join(settings.data, "mesh-reload");
  await withLock(
    `${last}.lock`,
    async () => {
      if (Number(readIfThere(last) ?? 0) > asked) return; // began after our files were written
      await waitFor("CrowdSec to be ready", () => isReady(settings), { within: 120_000, signal });
      await pause(gathering);
      const begun = Date.now();
      const before = timesReady(settings.log);
      process.kill(pidOf(settings.pid_file), "SIGHUP");
      const isBack = async () => {
        if (!isRunning(settings)) throw new Error("CrowdSec has ended while it read its configuration");
        return timesReady(settings.log) > before && (await answers(settings.url));
      };
      await waitFor("CrowdSec to be ready again", isBack, { within: 120_000, signal }).catch((error: Error) => {
        throw new Error(`${error.message}; its log ends with: ${complaint(settings.log)}`);
      });
      writeWhole(last, String(begun));
    },
    signal,
  );
}

async function isReady(settings: HookInstance["settings"]): Promise<boolean> {
  if (!isRunning(settings)) throw new Error("CrowdSec does not run: start it");
  return timesReady(settings.log) > 0 && (await answers(settings.url));
}

function isRunning(settings: HookInstance["settings"]): boolean {
  return processMark(pidOf(settings.pid_file)) !== undefined;
}

function timesReady(log: string): number {
  return (readIfThere(log) ?? "").split(ready).length - 1;
}

async function answers(url: string): Promise<boolean> {
  return (await request(new URL("/health", url)).catch(() => undefined))?.ok ?? false;
}

function pidOf(file: string): number {
  return Number.parseInt(readIfThere(file) ?? "", 10);
}

function complaint(log: string): string {
  const lines = (readIfThere(log) ?? "").split("\n").filter((line) => /level=(error|fatal)/.test(line));
  return lines.at(-1) ?? "no error";
}
