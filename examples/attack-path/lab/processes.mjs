// The lab's namespace and the processes in it. Whatever runs there is ours, so that ending those ends all, and no other.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lab, namespace } from "./places.mjs";
import { path } from "./programs.mjs";
import { until } from "./ready.mjs";

export function isUp() {
  return spawnSync("ip", ["netns", "pids", namespace], { stdio: "ignore" }).status === 0;
}

export function addNamespace() {
  execFileSync("ip", ["netns", "add", namespace]);
  execFileSync("ip", ["netns", "exec", namespace, "ip", "link", "set", "lo", "up"]);
}

/**
 * The command that runs another one in the namespace.
 * @param {string[]} command
 */
export function inside(command) {
  return ["ip", "netns", "exec", namespace, ...command];
}

/** In a session of its own, so that it outlives the terminal.  @param {import("./products.mjs").LabProduct} product */
export function startProduct({ name, command }) {
  const folder = join(lab, name);
  const log = openSync(join(folder, "out.log"), "a");
  const [program = "", ...args] = command.map((part) => part.replace(/^(.*=)?@/, `$1${folder}`));
  const env = { ...process.env, PATH: path };
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log], env });
  closeSync(log);
  if (!child.pid) throw new Error(`${name}: ${program} could not be started`);
  writeFileSync(join(folder, "pid"), String(child.pid));
  child.unref();
  return child;
}

/** @returns {number[]} */
function pids() {
  const { status, stdout } = spawnSync("ip", ["netns", "pids", namespace], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n").filter(Boolean).map(Number) : [];
}

/** Ends all that runs in the namespace, supervisors first, and the namespace. */
export async function removeNamespace() {
  const end = (/** @type {NodeJS.Signals} */ signal) => {
    for (const pid of pids()) {
      try {
        process.kill(pid, signal);
      } catch {} // gone already
    }
  };
  end("SIGTERM");
  await until("the lab's processes to end", async () => pids().length === 0, 8).catch(() => end("SIGKILL"));
  await until("the lab's processes to end", async () => pids().length === 0, 5);
  if (isUp()) execFileSync("ip", ["netns", "del", namespace]);
}
