// `npm run bench`: every measurement that the docs speak of, written to bench/results.md with the machine's description.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pythonWithTool } from "../test/python-venv.ts";
import { benchCommands } from "./commands.mjs";
import { benchEngine, engineRows } from "./engine.mjs";
import { largeManifests } from "./large-manifests.mjs";
import { benchLoad } from "./load-tree.mjs";
import { maskedLines } from "./mask.mjs";
import { table } from "./table.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const log = (/** @type {string} */ line) => console.error(line);

/** Runs a measurement that prints JSON. @param {string} script */
function runJson(script, args = /** @type {string[]} */ ([]), env = {}) {
  const options = { encoding: /** @type {const} */ ("utf8"), env: { ...process.env, ...env } };
  return JSON.parse(execFileSync(process.execPath, [join(folder, script), ...args], options));
}

const seconds = (/** @type {number} */ value) => value.toFixed(1);
const ratio = (/** @type {number} */ value) => value.toFixed(2);

log("loading a tree");
const tree = benchLoad(3);
log("large manifests");
const large = largeManifests(3);
log("masking");
const masked = maskedLines();
log("the command line");
const commands = await benchCommands(rounds);
log("the capability graph");
const graph = runJson("capability-graph.mjs");
log("Python hooks");
const python = runJson("python-hooks.mjs", ["--rounds", "1"], {
  MESHROOM_PYTHON: process.env.MESHROOM_PYTHON ?? pythonWithTool(),
});
log("hook hosts");
const hosts = runJson("hook-hosts.mjs", [], { MESHROOM_PYTHON: process.env.MESHROOM_PYTHON ?? pythonWithTool() });
const engine = await benchEngine({ rounds, sources: 20, destinations: 10, log });
const pulumi = execFileSync("pulumi", ["version"], { encoding: "utf8" }).trim();

const text = `# Results

Written by \`npm run bench\`. Times are only good for comparing within one run: the ratios are taken round by round between commands that ran right
after each other, and medians are quoted.

Machine: ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}; Pulumi ${pulumi}; file backend.

## A mesh against bare dynamic resources

${engine.plugs} plugs with empty hooks (${engine.resources} resources with their products and instances), against ${engine.plugs} bare dynamic resources with empty
methods, and against ${engine.resources}, as many as the mesh has. Medians of ${engine.rounds} alternating rounds; memory is the sum over all processes of the run.

${table(
  [
    "",
    "mesh, s",
    `${engine.plugs} bare, s`,
    `${engine.resources} bare, s`,
    `ratio to ${engine.plugs}`,
    `ratio to ${engine.resources}`,
    "mesh, MiB",
    "bare, MiB",
  ],
  engineRows(engine).map((row) => [
    row.step,
    seconds(row.mesh),
    seconds(row.barePlugs),
    seconds(row.bareAll),
    ratio(row.ratioPlugs),
    ratio(row.ratioAll),
    Math.round(row.peakMiB),
    Math.round(row.barePeakMiB),
  ]),
)}

Size of the state when all is up: mesh ${Math.round(engine.stateBytes.mesh / 1024)} KiB, ${engine.plugs} bare ${Math.round(engine.stateBytes.barePlugs / 1024)} KiB, ${engine.resources} bare ${Math.round(engine.stateBytes.bareAll / 1024)} KiB. See [architecture](../docs/architecture.md#what-a-plug-costs) for where the rest goes.

## Loading a tree

${table(["products", "files", "load, ms", "peak memory, MiB"], [[tree.products, tree.files, tree.load_ms, tree.peak_rss_mb]])}

## Large manifests

A product or an instance with as many of one thing: four times as many should take four times as long. The best of 3 rounds.

${large}

## Masking

Searching what a hook says for 20 keys and a PEM of 1.7 kB, in every form that [secrets](../docs/secrets.md#masking) lists.

${masked}

## The command line

Medians of ${rounds} alternating rounds, the start of Node included; the ratio is to an empty \`node\` process. Integrations are all that are written or possible.

${table(
  ["command", "s", "ratio", "lines"],
  commands.map(({ command, seconds: taken, ratio: times, lines }) => [
    `\`${command}\``,
    taken.toFixed(2),
    ratio(times),
    lines,
  ]),
)}

## Python hooks

${python.plugs} plugs with empty Python hooks over ${python.products} products: the Python tool's own commands and the same tree as Pulumi resources, one round in the same run. Seconds; interpreters_... counts how many were started.

${table(
  ["", ""],
  Object.entries(python)
    .filter(([name]) => !["plugs", "products", "rounds"].includes(name))
    .map(([name, value]) => [name, Number(value)]),
)}

## Hook hosts

A host serves one product: the same empty hooks as those of one product, and as those of a product each. Seconds, from the start of the first host.

${table(
  ["", "s"],
  Object.entries(hosts).map(([name, value]) => [name, seconds(Number(value))]),
)}

## The capability graph

8 capabilities a product over 50 topics, 1,000 queries.

${table(
  [
    "products",
    "capabilities",
    "build, ms",
    "1,000 queries, ms",
    "`graph --capabilities --json`, ms",
    "peak memory, MiB",
  ],
  graph.map((/** @type {import("./capability-graph.mjs").Measured} */ row) => [
    row.products,
    row.capabilities,
    Math.round(row.build_ms),
    Math.round(row.query_ms),
    Math.round(row.draw_ms),
    Math.round(row.peak_rss_mb),
  ]),
)}
`;

writeFileSync(join(folder, "results.md"), text);
console.log(text);
