// Step 1: node_modules holds what package-lock.json says.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { npm } from "./npm.mjs";
import { checkoutFile, root } from "./places.mjs";

/** @typedef {Record<string, { version?: string, integrity?: string, bin?: Record<string, string>, optional?: boolean, peer?: boolean }>} Packages */

const lockFile = join(root, "package-lock.json");
/** The package `node` installs its program by a script of its own; `npm install` lists that, `npm ci` does not. */
const ownInstalls = "node_modules/node/node_modules/";
/** Exists while npm works: what an interrupted npm leaves is not to be trusted. */
const marker = checkoutFile("installing");

export function arePackagesInstalled() {
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (!installed || existsSync(marker)) return false;
  const wanted = readPackages(lockFile);
  return !wanted || isSame(wanted, installed);
}

/**
 * Whether the installed packages are the wanted ones; optional ones may be missing, as they are for other platforms.
 * @public a test calls it from a script of its own
 * @param {Packages} wanted
 * @param {Packages} installed
 */
export function isSame(wanted, installed) {
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  names.delete("");
  return [...names].every((name) => {
    const [want, have] = [wanted[name], installed[name]];
    if (!want) return name.startsWith(ownInstalls);
    if (!have) return want.optional === true;
    return want.version === have.version && want.integrity === have.integrity && isDeepStrictEqual(want.bin, have.bin);
  });
}

/** @param {{ progress: import("./progress.mjs").Progress, signal?: AbortSignal }} options */
export async function installPackages({ progress, signal }) {
  const command = existsSync(lockFile) ? "ci" : "install";
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, "");
  await progress.step(`installing the npm packages (npm ${command})`, () =>
    npm([command, "--include=dev", "--no-audit", "--no-fund"], { signal }),
  );
  rmSync(marker, { force: true });
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
