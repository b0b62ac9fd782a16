// The engine in the user's cache: a folder that is there whole or not at all.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError } from "../setup/errors.mjs";
import { cacheFolder, findProgram, sha256 } from "../setup/places.mjs";
import { buildSettings } from "./build.mjs";
import { moduleFolder } from "./version.mjs";

/** @typedef {import("./find.mjs").Engine} Engine */

/**
 * The engine's folder. Its name follows from everything that the programs are made of; the local Go's version is not
 * part of it, since a newer Go is no reason to wait for the same programs again.
 * @param {NodeJS.ProcessEnv} env
 */
export function engineFolder(env) {
  const files = [moduleFolder("cli"), moduleFolder("host")].flatMap((folder) =>
    ["go.mod", "go.sum"].map((name) => readFileSync(join(folder, name))),
  );
  const key = sha256([...files, process.platform, process.arch, JSON.stringify(buildSettings)]).slice(0, 16);
  return join(cacheFolder(env), "engine", key);
}

/**
 * @param {string} folder
 * @returns {Engine | undefined}
 */
export function readCache(folder) {
  const bin = join(folder, "bin");
  if (!findProgram("pulumi", [bin]) || !findProgram("pulumi-language-nodejs", [bin])) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "engine.json"), "utf8"));
    return { bin: [bin], version, source: "cache" };
  } catch {
    return undefined;
  }
}

/**
 * Makes the folder by filling a temporary one beside it, which takes its name at the end. Call it with the lock held.
 * @param {string} folder
 * @param {"installer" | "built"} source
 * @param {string} version
 * @param {(folder: string) => Promise<void>} fill puts the programs into the given folder's `bin`
 * @returns {Promise<Engine>}
 */
export async function fillCache(folder, source, version, fill) {
  removeLeftovers(folder);
  const temporary = `${folder}.tmp-${process.pid}`;
  try {
    mkdirSync(join(temporary, "bin"), { recursive: true });
    await fill(temporary);
    writeFileSync(join(temporary, "engine.json"), JSON.stringify({ version, source }));
    if (!readCache(temporary)) throw new SetupError(`the ${source} engine lacks pulumi or pulumi-language-nodejs`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    // Compilers of an interrupted Go may still be writing there.
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
  return { bin: [join(folder, "bin")], version, source };
}

/**
 * Removes what killed processes left behind.
 * @param {string} folder
 */
function removeLeftovers(folder) {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(folder)}.tmp-`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
