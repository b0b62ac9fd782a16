// `node tools/with-setup.mjs SCRIPT [ARGS]`: makes a fresh clone ready (packages, provider, Pulumi engine), then runs
// the script with the project's own Node and everything on PATH. Without a script it prints what it found.
import { delimiter, join } from "node:path";
import { findEngine } from "./engine/find.mjs";
import { catchInterrupts, Interrupted, SetupError } from "./setup/errors.mjs";
import { runInForeground } from "./setup/foreground.mjs";
import { withLock } from "./setup/lock.mjs";
import { arePackagesInstalled, installPackages } from "./setup/packages.mjs";
import { checkoutFile, findProgram, root, withPath } from "./setup/places.mjs";
import { createProgress } from "./setup/progress.mjs";
import { buildProvider, isProviderBuilt } from "./setup/provider.mjs";

/** What the compiled provider asks for. */
const oldestNode = 22;

/** @typedef {{ node: string, folders: string[], engine: import("./engine/find.mjs").Engine }} Setup */

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Setup>}
 */
async function setUp(signal) {
  const progress = createProgress();
  const options = { progress, signal };
  if (!arePackagesInstalled() || !isProviderBuilt()) {
    const onWait = () => progress.log("another process is setting this checkout up: waiting for it");
    const work = async () => {
      if (!arePackagesInstalled()) await installPackages(options);
      if (!isProviderBuilt()) await buildProvider(options);
    };
    await withLock(checkoutFile("lock"), work, { onWait, signal });
  }
  const engine = await findEngine({ ...progress, signal });
  const packages = join(root, "node_modules");
  // @pulumi/pulumi's own folder holds pulumi-resource-pulumi-nodejs, which starts the dynamic provider.
  const folders = [join(packages, ".bin"), ...engine.bin, join(packages, "@pulumi", "pulumi")];
  return { node: findNode(), folders, engine };
}

function findNode() {
  const own = findProgram("node", [join(root, "node_modules", "node", "bin")]);
  if (own) return own;
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return process.execPath;
  throw new SetupError(
    `the npm package \`node\` came without its program and this is Node ${process.versions.node}: let npm run its ` +
      `install script (npm rebuild node), or call this with Node ${oldestNode} or newer`,
  );
}

/** @param {Setup} setup */
function describe({ node, folders, engine }) {
  return [
    `node: ${node}`,
    `Pulumi: ${engine.version} (${engine.source}) in ${engine.bin.join(delimiter)}`,
    "to call pulumi by hand:",
    `export PATH="${folders.join(delimiter)}${delimiter}$PATH"`,
  ].join("\n");
}

const { signal, stop } = catchInterrupts();
try {
  const setup = await setUp(signal);
  stop();
  const args = process.argv.slice(2);
  if (args.length > 0)
    process.exitCode = await runInForeground(setup.node, args, { env: withPath(process.env, setup.folders) });
  else process.stdout.write(`${describe(setup)}\n`);
} catch (error) {
  if (!(error instanceof SetupError || error instanceof Interrupted)) throw error;
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
} finally {
  stop();
}
