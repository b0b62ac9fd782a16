// Starts the host for TypeScript hooks.
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { HostChild } from "./host-child";
import { scrubbedEnvironment } from "./host-environment";

/** `root`: the Meshroom project, the host's folder. `heapMiB`: a hook that takes more ends its own host instead of the machine. */
export function startTypeScriptHost(root: string, heapMiB: number): HostChild {
  return spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, join(__dirname, "typescript-host.js")], {
    cwd: root,
    env: scrubbedEnvironment(process.env),
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C lets running hooks finish, and what a hook started can be ended with it.
    detached: process.platform !== "win32",
  });
}
