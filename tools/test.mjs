// `npm test`: checks types, style and what nothing uses, unless the first argument is `--no-check`, runs jest, and ends with a line of
// totals. Other arguments go to jest.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInForeground } from "./setup/foreground.mjs";
import { root } from "./setup/places.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

function check() {
  const { npm_execpath: npm } = process.env;
  if (npm) return runInForeground(process.execPath, [npm, "run", "check"], { cwd: root });
  return runInForeground("npm run check", [], { cwd: root, shell: true });
}

/** @param {string[]} args */
async function jest(args) {
  const folder = mkdtempSync(join(tmpdir(), "meshroom-test-"));
  const file = join(folder, "jest.json");
  const program = join(root, "node_modules/jest/bin/jest.js");
  const options = [...(process.env.CI ? ["--ci"] : []), "--json", `--outputFile=${file}`];
  try {
    const code = await runInForeground(process.execPath, [program, ...options, ...args], { cwd: root });
    return { code, totals: readTotals(file, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A suite that could not run counts as one failed test: jest counts none of its tests.
 * @param {string} file
 * @param {number} code
 * @returns {Totals}
 */
function readTotals(file, code) {
  try {
    const result = JSON.parse(readFileSync(file, "utf8"));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
}

const args = process.argv.slice(2);
const isChecked = args[0] !== "--no-check";
const checked = isChecked ? await check() : 0;
if (checked !== 0) process.stderr.write("`npm run check` failed, see above; the tests run all the same\n");
const { code, totals } = await jest(isChecked ? args : args.slice(1));
process.exitCode = Math.max(checked, code);
if (checked !== 0) process.stderr.write("`npm run check` failed, see the start of this output\n");
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
