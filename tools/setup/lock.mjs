// A lock file that one process holds at a time; a dead or silent holder loses it.
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const beatMs = 2_000;
const pollMs = 250;
/** Polls without a heartbeat after which the holder counts as gone, in case its pid means nothing here. */
const silentPolls = 120;

/** @typedef {{ text: string, mtimeMs: number }} Held */

/**
 * Runs the work while holding the lock, waiting for it first.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, signal?: AbortSignal }} options onWait is called at once and then every 30 s of waiting
 * @returns {Promise<T>}
 */
export async function withLock(path, work, { onWait = () => {}, signal } = {}) {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() });
  await acquire(path, mine, onWait, signal);
  const beat = setInterval(() => touch(path, mine), beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (read(path)?.text === mine) rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} mine
 * @param {() => void} onWait
 * @param {AbortSignal} [signal]
 */
async function acquire(path, mine, onWait, signal) {
  mkdirSync(dirname(path), { recursive: true });
  /** @type {Held | undefined} */
  let last;
  let unchanged = 0;
  let waits = 0;
  while (!create(path, mine)) {
    const held = read(path);
    unchanged = held && last && held.mtimeMs === last.mtimeMs ? unchanged + 1 : 0;
    last = held;
    if (held && (isDead(held.text) || unchanged >= silentPolls)) {
      takeAway(path, held.text);
      continue;
    }
    if (waits++ % silentPolls === 0) onWait();
    await sleep(pollMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/**
 * @param {string} path
 * @param {string} mine
 */
function create(path, mine) {
  try {
    writeFileSync(path, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes a lock that was seen with this text. Renaming is atomic, so of several waiters one moves it; should that one
 * have moved a lock that was new by then, it puts it back.
 * @param {string} path
 * @param {string} seen
 */
function takeAway(path, seen) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== seen) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {Held | undefined}
 */
function read(path) {
  try {
    return { text: readFileSync(path, "utf8"), mtimeMs: statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

/**
 * Whether the holder ran on this machine and does no more. A text that is not whole yet is a holder at work.
 * @param {string} text
 */
function isDead(text) {
  try {
    const { pid, host } = JSON.parse(text);
    if (host !== hostname()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/**
 * @param {string} path
 * @param {string} mine
 */
function touch(path, mine) {
  if (read(path)?.text !== mine) return;
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Taken away between the two calls: the next reader sees the new holder.
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
