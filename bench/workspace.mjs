// A Pulumi project of its own for a measurement, with local state.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @param {Record<string, string>} files with the program, `index.js` */
export function makeWorkspace(files) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "state"));
  const all = {
    "Pulumi.yaml": "name: bench\nruntime:\n  name: nodejs\n  options: { typescript: false }\n",
    "package.json": '{ "name": "bench", "main": "index.js" }\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What `pulumi` runs with there. @param {string} folder @returns {NodeJS.ProcessEnv} */
export function environmentOf(folder) {
  return {
    ...process.env,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
