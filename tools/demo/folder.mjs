// The demo's own folder: a Pulumi project that runs the checkout's program, with state, passphrase and keys beside it.
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathKey, root } from "../setup/places.mjs";

/** Kept when the folder is emptied: it is held by this process. */
export const lockName = "lock";

/** @typedef {{ path: string, shown: string, env: NodeJS.ProcessEnv }} Folder */

/**
 * Empties the folder and makes it a Pulumi project. The stacks' config files are copies, so that the salt and the
 * secrets that Pulumi writes into them leave the checkout as it is.
 * @param {string} wanted
 * @returns {Folder}
 */
export function prepareFolder(wanted) {
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const path = realpathSync(wanted);
  for (const name of readdirSync(path)) if (name !== lockName) rmSync(join(path, name), { recursive: true });
  for (const name of ["state", "home"]) mkdirSync(join(path, name));
  const program = relative(path, join(realpathSync(root), "stacks")).replaceAll(sep, "/");
  const project = readFileSync(join(root, "Pulumi.yaml"), "utf8")
    .replace(/^main:.*$/m, `main: ${program}`)
    .replace(/^stackConfigDir:.*\n/m, "");
  writeFileSync(join(path, "Pulumi.yaml"), project);
  for (const stack of ["lab", "prod"]) copyConfig(path, stack);
  writePrivate(join(path, "passphrase"), randomBytes(24).toString("base64url"));
  writeFileSync(join(path, "env.sh"), environmentScript(path));
  return { path, shown: relative(process.cwd(), path) || ".", env: environment(path) };
}

/**
 * @param {string} path
 * @param {string} stack
 */
function copyConfig(path, stack) {
  copyFileSync(join(root, "stacks", `Pulumi.${stack}.yaml`), join(path, `Pulumi.${stack}.yaml`));
}

/**
 * @param {string} file
 * @param {string} text
 */
export function writePrivate(file, text) {
  writeFileSync(file, text, { mode: 0o600 });
}

/** @param {string} path */
function pulumiVariables(path) {
  return {
    PULUMI_HOME: join(path, "home"),
    PULUMI_BACKEND_URL: `file://${join(path, "state").replaceAll(sep, "/")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(path, "passphrase"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/**
 * Nothing that the caller has set for stacks of their own gets through.
 * @param {string} path
 */
function environment(path) {
  const others = Object.entries(process.env).filter(([name]) => !/^(PULUMI|MESHROOM)_/.test(name));
  return { ...Object.fromEntries(others), ...pulumiVariables(path) };
}

/**
 * For a person's own shell.
 * @param {string} path
 */
function environmentScript(path) {
  const variables = { ...pulumiVariables(path), PATH: process.env[pathKey(process.env)] ?? "" };
  const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
  return `# For your own shell: . ./env.sh, then pulumi as the demo calls it.\n${lines.join("\n")}\n`;
}

/**
 * Files below the folder that hold one of the texts.
 * @param {string} path
 * @param {readonly string[]} texts
 */
export function filesWith(path, texts) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return texts.some((text) => bytes.includes(text));
    })
    .map((file) => relative(path, file));
}
