// Where things lie: the checkout, the per-user cache, and programs on PATH.
import { createHash } from "node:crypto";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const isWindows = process.platform === "win32";

/** The checkout's top folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Whether node was called with this module.
 * @param {string} url the module's import.meta.url
 */
export function isCommand(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/**
 * The folder of this project in the user's cache; not created here.
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env = process.env) {
  return join(userCache(env), "pulumi-meshroom");
}

/** @param {NodeJS.ProcessEnv} env */
function userCache(env) {
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return env.XDG_CACHE_HOME;
  if (isWindows) return env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return join(homedir(), ".cache");
}

/**
 * A file name in the user's cache that belongs to this checkout alone. It is outside the checkout since `npm ci`
 * removes node_modules and a fresh clone has nothing else that git ignores.
 * @param {string} extension
 */
export function checkoutFile(extension, env = process.env) {
  return join(cacheFolder(env), "checkouts", `${sha256([root]).slice(0, 16)}.${extension}`);
}

/**
 * The hash over several texts; a text's end counts, so that ["ab"] and ["a", "b"] differ.
 * @param {(string | Buffer)[]} parts
 */
export function sha256(parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest("hex");
}

/**
 * The name of PATH in an environment: Windows writes it as `Path`.
 * @param {NodeJS.ProcessEnv} env
 */
export function pathKey(env) {
  return (isWindows && Object.keys(env).find((key) => key.toUpperCase() === "PATH")) || "PATH";
}

/** @param {NodeJS.ProcessEnv} env */
export function pathFolders(env) {
  return (env[pathKey(env)] ?? "").split(delimiter).filter(isAbsolute);
}

/**
 * A copy of the environment with these folders first on PATH.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} folders
 */
export function withPath(env, folders) {
  const key = pathKey(env);
  return { ...env, [key]: [...folders, ...(env[key] ? [env[key]] : [])].join(delimiter) };
}

/**
 * The first of these folders' files that is this program.
 * @param {string} name without `.exe`
 * @param {string[]} folders
 * @returns {string | undefined}
 */
export function findProgram(name, folders) {
  return folders.map((folder) => join(folder, isWindows ? `${name}.exe` : name)).find(isProgram);
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
