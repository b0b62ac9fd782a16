// Installs the pinned Pulumi CLI by its official installer. As a command: `official.mjs FOLDER VERSION`, in a process of
// its own, since the Automation API comes from node_modules, which need not be there when this file is loaded.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isCommand } from "../setup/places.mjs";
import { run } from "../setup/run.mjs";

const site = "https://get.pulumi.com/install.sh";
const reachMs = 5_000;
const installMs = 5 * 60_000;

/** Whether the installer's site answers. */
export async function isReachable() {
  try {
    const answer = await fetch(site, { method: "HEAD", signal: AbortSignal.timeout(reachMs) });
    return answer.ok;
  } catch {
    return false;
  }
}

/**
 * @param {string} folder gets a `bin` with the programs
 * @param {string} version
 * @param {AbortSignal} [signal]
 */
export async function installOfficial(folder, version, signal) {
  const limit = AbortSignal.timeout(installMs);
  await run(process.execPath, [fileURLToPath(import.meta.url), folder, version], {
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
}

if (isCommand(import.meta.url)) {
  const [folder, version] = process.argv.slice(2);
  const require = createRequire(import.meta.url);
  const { SemVer } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("semver");
  await require("@pulumi/pulumi/automation").PulumiCommand.install({ root: folder, version: new SemVer(version) });
}
