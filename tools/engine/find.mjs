// Finds the Pulumi engine, or gets it: PATH, then the user's cache, then the official installer, then a build with Go.
// As a command it prints what it found; `--json` for programs.
import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { catchInterrupts, Interrupted, SetupError } from "../setup/errors.mjs";
import { withLock } from "../setup/lock.mjs";
import { findProgram, isCommand, pathFolders } from "../setup/places.mjs";
import { createProgress, silent } from "../setup/progress.mjs";
import { buildEngine } from "./build.mjs";
import { engineFolder, fillCache, readCache } from "./cache.mjs";
import { installOfficial, isReachable } from "./official.mjs";
import { isAtLeast, oldestVersion, parseVersion, pinnedVersion } from "./version.mjs";

const versionMs = 20_000;

/**
 * @typedef {object} Engine
 * @property {string[]} bin folders to put on PATH
 * @property {string} version of the CLI, or "unknown"
 * @property {"override" | "path" | "cache" | "installer" | "built"} source
 */

/**
 * @typedef {object} Options
 * @property {NodeJS.ProcessEnv} [env] MESHROOM_ENGINE_BIN names the folders to use and ends the search;
 * MESHROOM_ENGINE_FROM limits it to some of `path,cache,installer,built`
 * @property {import("../setup/progress.mjs").Progress["log"]} [log]
 * @property {import("../setup/progress.mjs").Progress["step"]} [step]
 * @property {AbortSignal} [signal]
 */

/**
 * @param {Options} options
 * @returns {Promise<Engine>}
 */
export async function findEngine({ env = process.env, log = silent.log, step = silent.step, signal } = {}) {
  const allowed = env.MESHROOM_ENGINE_FROM?.split(",");
  /** @param {Engine["source"]} source */
  const may = (source) => !allowed || allowed.includes(source);
  if (env.MESHROOM_ENGINE_BIN) return fromOverride(env, env.MESHROOM_ENGINE_BIN);
  const folder = engineFolder(env);
  const found = (may("path") && fromPath(env, log)) || (may("cache") && readCache(folder));
  if (found) return found;
  const onWait = () => log("another process is getting the Pulumi engine: waiting for it");
  const get = async () => {
    const meanwhile = may("cache") && readCache(folder);
    if (meanwhile) return meanwhile;
    const progress = { log, step };
    const installed = may("installer") && (await fromInstaller(folder, progress, signal));
    if (installed) return installed;
    if (!may("built")) throw new SetupError(`no Pulumi engine from MESHROOM_ENGINE_FROM=${allowed}`);
    const build = (/** @type {string} */ target) => buildEngine(target, { env, progress, signal });
    return fillCache(folder, "built", pinnedVersion("cli"), build);
  };
  return withLock(`${folder}.lock`, get, { onWait, signal });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} value
 * @returns {Engine}
 */
function fromOverride(env, value) {
  const bin = value.split(delimiter).filter(isAbsolute);
  const pulumi = findProgram("pulumi", bin);
  if (!pulumi) throw new SetupError(`MESHROOM_ENGINE_BIN=${value}: no pulumi there; it takes absolute folders`);
  return { bin, version: versionOf(pulumi, env) ?? "unknown", source: "override" };
}

/**
 * An installed CLI of a version that will do, with its Node language host on PATH or beside it.
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} log
 * @returns {Engine | undefined}
 */
function fromPath(env, log) {
  // The official installer's own folder counts: it is on PATH only in shells that started later.
  const installed = join(env.PULUMI_HOME ?? join(env.HOME ?? homedir(), ".pulumi"), "bin");
  const folders = [...pathFolders(env), installed];
  const pulumi = findProgram("pulumi", folders);
  if (!pulumi) return undefined;
  const version = versionOf(pulumi, env);
  if (!version || !isAtLeast(version, oldestVersion)) {
    log(`${pulumi} is ${version ?? "of no known version"}, ${oldestVersion} is the oldest that will do: not used`);
    return undefined;
  }
  const host = findProgram("pulumi-language-nodejs", [dirname(pulumi), dirname(realpathSync(pulumi)), ...folders]);
  if (!host) {
    log(`${pulumi} has no pulumi-language-nodejs beside it or on PATH: not used`);
    return undefined;
  }
  return { bin: [...new Set([dirname(pulumi), dirname(host)])], version, source: "path" };
}

/**
 * @param {string} folder
 * @param {import("../setup/progress.mjs").Progress} progress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Engine | undefined>} nothing without internet, or when the installer fails
 */
async function fromInstaller(folder, progress, signal) {
  if (!(await isReachable())) return undefined;
  const version = pinnedVersion("cli");
  try {
    return await progress.step(`installing Pulumi ${version} into the cache`, () =>
      fillCache(folder, "installer", version, (target) => installOfficial(target, version, signal)),
    );
  } catch (error) {
    signal?.throwIfAborted();
    progress.log(`the official installer failed: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/**
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 */
function versionOf(pulumi, env) {
  try {
    const text = execFileSync(pulumi, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: versionMs,
    });
    return parseVersion(text);
  } catch {
    return undefined;
  }
}

async function main() {
  const { signal, stop } = catchInterrupts();
  try {
    const engine = await findEngine({ ...createProgress(), signal });
    const text = `Pulumi ${engine.version} (${engine.source}) in ${engine.bin.join(delimiter)}`;
    process.stdout.write(`${process.argv.includes("--json") ? JSON.stringify(engine) : text}\n`);
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof Interrupted)) throw error;
    process.stderr.write(`setup: ${error.message}\n`);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
  } finally {
    stop();
  }
}

if (isCommand(import.meta.url)) await main();
