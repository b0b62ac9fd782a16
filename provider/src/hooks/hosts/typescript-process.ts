// Starts the host for TypeScript hooks.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { realPath, workingTree } from "../../base/paths";
import { userFolder } from "../../base/user-folders";
import type { HostChild } from "./host-child";
import { barestEnvironment, scrubbedEnvironment } from "./host-environment";
import { isolated } from "./isolation";

export interface TypeScriptHostOptions {
  /** Whose cache is used. */
  project: string;
  /** MiB: a hook that takes more ends its own host instead of the machine. */
  heapMiB: number;
  /** The host only loads files to see what they declare: it may write nothing, start nothing, and has no environment to speak of. */
  describesOnly?: boolean;
}

/** Root of this package. */
const ourPackage = join(__dirname, "..", "..", "..");

/** `root`: the Meshroom project, the host's folder. */
export function startTypeScriptHost(
  root: string,
  { project, heapMiB, describesOnly }: TypeScriptHostOptions,
): HostChild {
  const host = join(__dirname, "typescript-host.js");
  const args = [`--max-old-space-size=${heapMiB}`, ...(describesOnly ? restrictions(root) : []), host];
  const node = { program: process.execPath, args: describesOnly ? args : [...args, compiledFolder(project)] };
  const launch = isolated(node, describesOnly ? "describe" : "run", process.env);
  return spawn(launch.program, launch.args, {
    cwd: root,
    env: (describesOnly ? barestEnvironment : scrubbedEnvironment)(process.env),
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C lets running hooks finish, and what a hook started can be ended with it.
    detached: process.platform !== "win32",
  });
}

/** Where compiled hook files are kept; nowhere, if that can't be in the user's own cache folder. */
function compiledFolder(project: string): string {
  try {
    return userFolder("cache", project, ["typescript"]);
  } catch {
    return "";
  }
}

/** Node's permission model: reading the working tree, packages and ourselves; nothing else of files, no programs, no threads, no native code. */
function restrictions(root: string): string[] {
  const readable = new Set([
    workingTree(root),
    realPath(ourPackage),
    ...packageFolders(root),
    ...packageFolders(ourPackage),
  ]);
  return ["--permission", ...[...readable].map((folder) => `--allow-fs-read=${folder}`)];
}

/** The folders in which Node looks for packages from `folder`. */
function packageFolders(folder: string): string[] {
  const found: string[] = [];
  for (let at = realPath(folder); ; at = dirname(at)) {
    const packages = join(at, "node_modules");
    if (existsSync(packages)) found.push(packages, realPath(packages));
    if (at === dirname(at)) return found;
  }
}
