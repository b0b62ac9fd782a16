// Calls npm by a Node that is not in node_modules, since `npm ci` removes that one.
import { existsSync } from "node:fs";
import { basename, delimiter, join, sep } from "node:path";
import { findProgram, pathFolders, pathKey, root } from "./places.mjs";
import { run } from "./run.mjs";

/**
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, signal?: AbortSignal, onLine?: (line: string) => void }} options
 */
export function npm(args, { env = process.env, ...options } = {}) {
  const folders = pathFolders(env).filter(
    (folder) => !`${folder}${sep}`.includes(`${sep}node_modules${sep}.bin${sep}`),
  );
  const outside = { ...env, [pathKey(env)]: folders.join(delimiter) };
  const cli = env.npm_execpath;
  if (cli && basename(cli) === "npm-cli.js" && existsSync(cli)) {
    return run(outsideNode(folders), [cli, ...args], { cwd: root, env: outside, ...options });
  }
  return run("npm", args, { cwd: root, env: outside, shell: process.platform === "win32", ...options });
}

/** @param {string[]} folders */
function outsideNode(folders) {
  const isInside = process.execPath.startsWith(join(root, "node_modules") + sep);
  return (isInside && findProgram("node", folders)) || process.execPath;
}
