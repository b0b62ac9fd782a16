// `pulumi up`, a preview without changes, and `destroy` of a mesh of plugs with empty hooks, against bare dynamic resources on the same engine.
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { measure, median } from "./measure.mjs";
import { environmentOf, makeWorkspace } from "./workspace.mjs";

const steps = /** @type {const} */ (["up", "preview", "destroy"]);

/** @typedef {typeof steps[number]} Step */
/** @typedef {"mesh" | "barePlugs" | "bareAll"} Contender */
/** @typedef {{ seconds: number[], peakMiB: number[] }} Samples one of each per round */
/** @typedef {Record<Contender, Record<Step, Samples>>} Runs */

/** @returns {Record<Step, Samples>} */
function noSamples() {
  const none = () => ({ seconds: [], peakMiB: [] });
  return { up: none(), preview: none(), destroy: none() };
}

/** `sources` x `destinations` plugs between as many instances of two products; hooks that do nothing. */
function meshFiles(/** @type {number} */ sources, /** @type {number} */ destinations) {
  const hooks = (/** @type {string} */ role) =>
    `import { setup, status, teardown } from "pulumi-meshroom/hooks";\n` +
    ["setup", "teardown", "status"]
      .map(
        (kind) =>
          `export const ${kind}It = ${kind}({ role: "${role}" }, () => {${kind === "status" ? " return true; " : ""}});\n`,
      )
      .join("");
  /** @type {Record<string, string>} */
  const files = {
    "index.js": 'const { Mesh } = require("pulumi-meshroom");\nnew Mesh("mesh", { project: "mesh" });\n',
    "mesh/products/edr/definition.yaml": "produces:\n  events: [{}]\n",
    "mesh/products/edr/hooks.ts": hooks("producer"),
    "mesh/products/siem/definition.yaml": "consumes:\n  events: [{}]\n",
    "mesh/products/siem/hooks.ts": hooks("consumer"),
  };
  for (let d = 0; d < destinations; d++) files[`mesh/instances/siem/siem${d}/config.yaml`] = "product: siem\n";
  for (let s = 0; s < sources; s++) {
    files[`mesh/instances/edr/edr${s}/config.yaml`] = "product: edr\n";
    for (let d = 0; d < destinations; d++)
      files[`mesh/instances/edr/edr${s}/plugs/siem${d}/events.yaml`] = "topic: events\n";
  }
  return files;
}

/** Resources with as constant a provider text as ours, whose methods do nothing. */
function bareFiles(/** @type {number} */ count) {
  const text = `exports.handler = () => ({
    check: async (olds, news) => ({ inputs: news, failures: [] }),
    diff: async (id, olds, news) => ({ changes: JSON.stringify(olds) !== JSON.stringify(news) }),
    create: async (inputs) => ({ id: "bare", outs: inputs }),
    update: async (id, olds, news) => ({ outs: news }),
    read: async (id, props) => ({ id, props }),
    delete: async () => {},
  });`;
  return {
    "index.js": `const pulumi = require("@pulumi/pulumi");
class Bare extends pulumi.CustomResource {
  constructor(name) {
    super("pulumi-nodejs:dynamic/bench:Bare", name, { __provider: ${JSON.stringify(text)} });
  }
}
for (let i = 0; i < ${count}; i++) new Bare("bare" + i);
`,
  };
}

/**
 * @param {{ rounds: number, sources: number, destinations: number, log: (line: string) => void }} options
 * @returns what each step took in each round, and the size of each state when all is up, in bytes
 */
export async function benchEngine({ rounds, sources, destinations, log }) {
  const plugs = sources * destinations;
  const resources = plugs + sources + destinations + 2;
  /** @type {[Contender, string][]} */
  const contenders = [
    ["mesh", makeWorkspace(meshFiles(sources, destinations))],
    ["barePlugs", makeWorkspace(bareFiles(plugs))],
    ["bareAll", makeWorkspace(bareFiles(resources))],
  ];
  /** @type {Runs} */
  const runs = { mesh: noSamples(), barePlugs: noSamples(), bareAll: noSamples() };
  const stateBytes = { mesh: 0, barePlugs: 0, bareAll: 0 };
  try {
    for (const [, folder] of contenders) await pulumi(folder, ["stack", "init", "bench"]);
    for (let round = 0; round <= rounds; round++) {
      for (const step of steps) {
        for (const [name, folder] of contenders) {
          const ran = await pulumi(folder, commandOf(step));
          if (step === "up") stateBytes[name] = statSync(join(folder, "state/.pulumi/stacks/bench/bench.json")).size;
          // The first round warms caches up and does not count.
          if (round === 0) continue;
          runs[name][step].seconds.push(ran.seconds);
          runs[name][step].peakMiB.push(ran.peakMiB);
        }
      }
      log(round === 0 ? "engine: warmed up" : `engine: round ${round} of ${rounds}`);
    }
  } finally {
    for (const [, folder] of contenders) rmSync(folder, { recursive: true, force: true });
  }
  return { plugs, resources, rounds, runs, stateBytes };
}

/** @param {Step} step */
function commandOf(step) {
  if (step === "preview") return ["preview", "--stack", "bench", "--expect-no-changes"];
  return [step, "--stack", "bench", "--yes", "--skip-preview"];
}

/** @param {string} folder @param {string[]} args */
function pulumi(folder, args) {
  const options = { cwd: folder, env: environmentOf(folder) };
  return measure("pulumi", [...args, "--non-interactive", "--color", "never"], options);
}

/**
 * Medians and ratios of {@link benchEngine}'s runs: ratios are taken round by round, so that a machine that slows down slows both.
 * @param {{ runs: Runs }} measured
 */
export function engineRows({ runs }) {
  return steps.map((step) => {
    const ratio = (/** @type {Contender} */ base) =>
      median(
        runs.mesh[step].seconds.map((seconds, round) => seconds / (runs[base][step].seconds[round] ?? Number.NaN)),
      );
    return {
      step,
      mesh: median(runs.mesh[step].seconds),
      barePlugs: median(runs.barePlugs[step].seconds),
      bareAll: median(runs.bareAll[step].seconds),
      ratioPlugs: ratio("barePlugs"),
      ratioAll: ratio("bareAll"),
      peakMiB: median(runs.mesh[step].peakMiB),
      barePeakMiB: median(runs.barePlugs[step].peakMiB),
    };
  });
}
