// Pulumi for the lab's stack: in the namespace, where hooks reach the products, with a state of its own.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { example, lab } from "./places.mjs";
import { inside } from "./processes.mjs";
import { secrets } from "./products.mjs";
import { path } from "./programs.mjs";

export const stack = "lab";
const home = join(lab, "pulumi");

/** @returns {NodeJS.ProcessEnv} */
export function environment() {
  const others = Object.entries(process.env).filter(([name]) => !/^(PULUMI|MESHROOM)_/.test(name));
  return {
    ...Object.fromEntries(others),
    PATH: path,
    PULUMI_HOME: join(home, "home"),
    PULUMI_BACKEND_URL: `file://${join(home, "state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(home, "passphrase"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/**
 * @param {string[]} args
 * @param {{ input?: string, quiet?: boolean }} [options]
 * @returns {Promise<{ code: number, text: string }>}
 */
export function pulumi(args, options) {
  return run(["pulumi", ...args], options);
}

/**
 * Runs a command in the namespace, with the environment that `pulumi` and `meshroom` need.
 * @param {string[]} command
 * @param {{ input?: string, quiet?: boolean }} [options]
 * @returns {Promise<{ code: number, text: string }>}
 */
export function run(command, { input, quiet = false } = {}) {
  const [program = "", ...rest] = inside(command);
  const stdio = quiet ? "pipe" : "inherit";
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd: example,
      env: environment(),
      stdio: [input === undefined && !quiet ? "inherit" : "pipe", stdio, stdio],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (text += data));
    child.stdin?.end(input);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** @param {string[]} args */
async function must(args, input = "") {
  const { code, text } = await pulumi(args, { input, quiet: true });
  if (code !== 0) throw new Error(`\`pulumi ${args.join(" ")}\` failed: ${text}`);
}

/** Makes the stack and gives it the products' secrets; they go by standard input and are kept encrypted. */
export async function initStack() {
  for (const folder of ["home", "state"]) mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, "passphrase"), randomBytes(24).toString("base64url"), { mode: 0o600 });
  await must(["stack", "init", stack]);
  for (const [instance, settings] of Object.entries(secrets())) {
    for (const [name, value] of Object.entries(settings)) {
      await must(["config", "set", "--stack", stack, "--secret", "--path", `secrets.${instance}.${name}`], value);
    }
  }
}
