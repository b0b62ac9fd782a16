// Builds the engine from its published Go modules, as tools/engine/cli and tools/engine/host pin them.
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../setup/errors.mjs";
import { findProgram, pathFolders } from "../setup/places.mjs";
import { run } from "../setup/run.mjs";
import { moduleFolder, pinnedVersion, requiredGo } from "./version.mjs";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Part of the cache's key: another value builds anew. */
export const buildSettings = {
  flags: ["-mod=readonly", "-trimpath", "-buildvcs=false"],
  // Without the version the Automation API refuses the CLI; without the symbols it is a third smaller.
  linker: `-s -w -X ${versionVariable}=`,
  // As Pulumi's own releases; needs no C compiler.
  env: { CGO_ENABLED: "0", GOWORK: "off", GO111MODULE: "on" },
  extras: ["pulumi-resource-pulumi-nodejs"],
};

/**
 * @type {{ module: "cli" | "host", program: string, package: string }[]} the small one first: it shows early when Go or
 * the network does not work
 */
const programs = [
  {
    module: "host",
    program: "pulumi-language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  { module: "cli", program: "pulumi", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
];

/**
 * @param {string} folder gets a `bin` with the programs
 * @param {{ env: NodeJS.ProcessEnv, progress: import("../setup/progress.mjs").Progress, signal?: AbortSignal }} options
 */
export async function buildEngine(folder, { env, progress, signal }) {
  const go = findProgram("go", pathFolders(env));
  if (!go) throw new SetupError(noGo());
  progress.log("no Pulumi engine here: building it from its Go modules, once, about 4 minutes on 2 cores");
  // Inside the folder, so that what an interrupted Go leaves goes with it.
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  for (const { module, program, package: path } of programs) {
    const suffix = process.platform === "win32" ? ".exe" : "";
    const output = join(folder, "bin", `${program}${suffix}`);
    const linker = `${buildSettings.linker}v${pinnedVersion(module)}`;
    const args = ["build", "-v", ...buildSettings.flags, `-ldflags=${linker}`, "-o", output, path];
    await progress.step(`building ${program} ${pinnedVersion(module)}`, (say) =>
      run(go, args, {
        cwd: moduleFolder(module),
        env: { ...env, ...buildSettings.env, GOTMPDIR: scratch },
        signal,
        onLine: countLines(say),
      }),
    );
  }
  rmSync(scratch, { recursive: true, force: true });
  copyProviderLauncher(join(folder, "bin"));
}

/** Starts dynamic providers; Pulumi's own releases have it beside the CLI as well, and the engine warns of one that it finds on PATH. */
function copyProviderLauncher(/** @type {string} */ bin) {
  const name = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
  const source = join(moduleFolder("cli"), "../../../node_modules/@pulumi/pulumi", name);
  if (existsSync(source)) copyFileSync(source, join(bin, name));
}

/**
 * Turns what `go build -v` prints, a line per module downloaded and per package compiled, into a short status.
 * @param {(status: string) => void} say
 */
function countLines(say) {
  let modules = 0;
  let packages = 0;
  return (/** @type {string} */ line) => {
    if (line.startsWith("go: downloading ")) say(`${++modules} modules downloaded`);
    else say(`${++packages} packages compiled`);
  };
}

function noGo() {
  return [
    `no Pulumi engine: there is no \`pulumi\` with its \`pulumi-language-nodejs\` on PATH, and neither the internet`,
    `nor Go to get one. Either install Pulumi (https://www.pulumi.com/docs/install/), or`,
    `Go ${requiredGo()} or newer (https://go.dev/doc/install), and run the same command again.`,
  ].join("\n");
}
