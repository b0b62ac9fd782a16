// Long-running parts of a plug: started by a setup hook, found again by status, ended by teardown. Each has a folder:
// service.json (what runs), its own files, supervisor.pid and child.pid, log. Hooks end with `pulumi up`; a service has
// a session of its own and goes on.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Status } from "pulumi-meshroom/hooks";
import { readIfThere, writeWhole } from "../files.ts";
import { endProcess, isSameProcess } from "../processes.ts";
import { waitFor } from "../wait.ts";

export interface Service {
  /** The program and its arguments; `@` as the first character of one stands for the service's folder. */
  command: readonly string[];
  /** Files of the folder, readable by their owner only: settings and secrets are here, not among the arguments. */
  files: Readonly<Record<string, string>>;
  /** Whether it does its work; where absent, whether it has written `ready` into its folder. */
  isReady?: () => Promise<boolean> | boolean;
}

const supervisor = require.resolve("./supervise.ts");
/** Node runs TypeScript as it is; that this package does not name its module type is none of the log's business. */
export const nodeCommand = [process.execPath, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"] as const;

/** Starts the service, anew where it runs: its program may be another since. What it has written into its folder stays. */
export async function startService(folder: string, service: Service, signal: AbortSignal): Promise<void> {
  const ready = service.isReady ?? (() => existsSync(join(folder, "ready")));
  await endService(folder);
  rmSync(join(folder, "ready"), { force: true });
  writeFiles(folder, service);
  start(folder);
  await waitFor(`${folder} to be ready`, ready, { signal }).catch((error: Error) => {
    throw new Error(`${error.message}; its log ends with: ${lastLines(folder)}`);
  });
}

function writeFiles(folder: string, { command, files }: Service): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const all = Object.entries({ ...files, "service.json": JSON.stringify({ command }, undefined, 2) });
  for (const [name, text] of all) writeWhole(join(folder, name), text, 0o600);
}

function start(folder: string): void {
  const log = openSync(join(folder, "log"), "a", 0o600);
  try {
    const [node, ...options] = nodeCommand;
    spawn(node, [...options, supervisor, resolve(folder)], { detached: true, stdio: ["ignore", log, log] }).unref();
  } finally {
    closeSync(log);
  }
}

/** Ends what runs, keeps the folder. */
async function endService(folder: string): Promise<void> {
  for (const name of ["supervisor.pid", "child.pid"]) {
    const file = join(folder, name);
    await endProcess(readIfThere(file));
    rmSync(file, { force: true });
  }
}

/** Ends the service and forgets it. */
export async function removeService(folder: string): Promise<void> {
  await endService(folder);
  rmSync(folder, { recursive: true, force: true });
  removeIfEmpty(dirname(folder));
}

/** The folder of all services, which the first one has made. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Whether it was set up, and runs. */
export function checkService(folder: string): Status {
  if (!existsSync(join(folder, "service.json"))) return false;
  if (!isSameProcess(readIfThere(join(folder, "supervisor.pid")))) return `${folder}: nothing runs`;
  return isSameProcess(readIfThere(join(folder, "child.pid"))) || `${folder}: it ends as soon as it starts`;
}

function lastLines(folder: string): string {
  return (readIfThere(join(folder, "log")) ?? "").trimEnd().split("\n").slice(-3).join("\n") || "nothing";
}
