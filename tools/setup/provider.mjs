// Step 2: provider/dist is compiled from provider/src as it is now.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { npm } from "./npm.mjs";
import { root, sha256 } from "./places.mjs";

const provider = join(root, "provider");
const source = join(provider, "src");
const dist = join(provider, "dist");
/** In node_modules, so that new packages (another compiler) compile anew. */
const stamp = join(root, "node_modules", ".cache", "meshroom", "provider-build.json");

/** @typedef {{ inputs: string, outputs: string }} Build */

export function isProviderBuilt() {
  const last = readStamp();
  return last !== undefined && last.inputs === hashInputs() && last.outputs === hashOutputs();
}

/** @param {{ progress: import("./progress.mjs").Progress, signal?: AbortSignal }} options */
export async function buildProvider({ progress, signal }) {
  const inputs = hashInputs();
  // The incremental compiler does not look whether its earlier outputs are still there.
  if (readStamp()?.outputs !== hashOutputs()) rmSync(join(dist, ".tsbuildinfo"), { force: true });
  await progress.step("compiling the provider", () => npm(["run", "build", "--workspace", "provider"], { signal }));
  removeOrphans();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ inputs, outputs: hashOutputs() }));
}

function hashInputs() {
  const skipped = [dist, join(provider, "node_modules")];
  const files = listFiles(provider, skipped);
  return sha256(files.flatMap((file) => [relative(provider, file), readFileSync(file)]));
}

function hashOutputs() {
  return sha256(
    listFiles(dist).flatMap((file) => {
      const { size, mtimeMs } = statSync(file);
      return [relative(dist, file), `${size} ${mtimeMs}`];
    }),
  );
}

/** Removes what was compiled from sources that are gone. */
function removeOrphans() {
  const stems = new Set(listFiles(source).map((file) => stemOf(source, file)));
  for (const file of listFiles(dist)) {
    if (/\.(js|d\.ts)(\.map)?$/.test(file) && !stems.has(stemOf(dist, file))) rmSync(file);
  }
}

/**
 * The path below the folder without extensions: `hooks/api` of `src/hooks/api.ts` and of `dist/hooks/api.d.ts`.
 * @param {string} folder
 * @param {string} file
 */
function stemOf(folder, file) {
  return relative(folder, file).replace(/(\.d)?\.[cm]?[jt]sx?(\.map)?$/, "");
}

/**
 * @param {string} folder
 * @param {string[]} skipped folders
 * @returns {string[]} in a fixed order
 */
function listFiles(folder, skipped = []) {
  if (skipped.includes(folder) || !existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = `${folder}${sep}${entry.name}`;
    return entry.isDirectory() ? listFiles(path, skipped) : entry.isFile() ? [path] : [];
  });
}

/** @returns {Build | undefined} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stamp, "utf8"));
  } catch {
    return undefined;
  }
}
