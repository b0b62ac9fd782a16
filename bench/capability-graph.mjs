// Builds and queries the capability graph at growing sizes, each in a process of its own; needs `npm run build`.
// Prints a JSON list: time and memory per size, which should grow in step with `capabilities`.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const sizes = [2_500, 5_000, 10_000];
const capabilitiesPerProduct = 8;
const topics = 50;
const queries = 1_000;
const roles = /** @type {const} */ (["producer", "consumer", "trigger", "executor"]);
const modes = ["push", "pull", undefined];
const formats = ["json", "cef", "leef", "ocsf", undefined];

/** @typedef {import("../provider/src/model/types.js").Capability} Capability */
/** @typedef {{ products: number, capabilities: number, build_ms: number, query_ms: number, draw_ms: number, matches: number, peak_rss_mb: number }} Measured */

/** The same numbers in every run. @param {number} seed @returns {(below: number) => number} whole, from 0 */
function createRandom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * One of them, as chance has it.
 * @template T
 * @param {readonly T[]} list not empty
 * @param {(below: number) => number} random
 */
function choose(list, random) {
  return /** @type {T} */ (list[random(list.length)]);
}

/**
 * @param {number} number
 * @param {(below: number) => number} random
 * @returns {import("../provider/src/model/types.js").Product}
 */
function makeProduct(number, random) {
  const name = `product-${number}`;
  const at = { file: `products/${name}/definition.yaml`, line: 1, column: 1 };
  const capabilities = Array.from({ length: capabilitiesPerProduct }, () => {
    /** @type {Record<string, string>} */
    const constraints = {};
    const mode = choose(modes, random);
    const format = choose(formats, random);
    if (mode) constraints.mode = mode;
    if (format) constraints.format = format;
    const topic = `topic-${random(topics)}`;
    return { product: name, role: choose(roles, random), topic, constraints, details: {}, at };
  });
  return {
    name,
    path: `products/${name}`,
    tags: [],
    settings: [],
    capabilities,
    integrations: [],
    hookFiles: [],
    extra: {},
    problems: [],
  };
}

/** @param {number} size how many products @returns {Measured} */
function measure(size) {
  /** @type {typeof import("../provider/src/graph/capability-graph.js")} */
  const { buildCapabilityGraph } = createRequire(import.meta.url)("../provider/dist/graph/capability-graph.js");
  const random = createRandom(1);
  const products = Array.from({ length: size }, (_, number) => makeProduct(number, random));

  const started = performance.now();
  const graph = buildCapabilityGraph(products);
  const built = performance.now();
  let matches = 0;
  for (let i = 0; i < queries; i++) {
    const { name, capabilities } = choose(products, random);
    const asked =
      i % 2 === 0
        ? graph.partners(/** @type {Capability} */ (capabilities[0]))
        : graph.between(name, choose(products, random).name);
    for (const _ of asked) matches++;
  }
  const done = performance.now();
  /** @type {typeof import("../provider/src/pictures/draw-capabilities.js")} */
  const { drawCapabilities } = createRequire(import.meta.url)("../provider/dist/pictures/draw-capabilities.js");
  const drawn = performance.now();
  JSON.stringify(drawCapabilities(products), null, 2);
  const written = performance.now();
  return {
    products: size,
    capabilities: size * capabilitiesPerProduct,
    build_ms: Math.round(built - started),
    query_ms: Math.round(done - built),
    draw_ms: Math.round(written - drawn),
    matches,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

const [size] = process.argv.slice(2);
if (size) {
  console.log(JSON.stringify(measure(Number(size))));
} else {
  const self = fileURLToPath(import.meta.url);
  const results = sizes.map((one) =>
    JSON.parse(execFileSync(process.execPath, [self, String(one)], { encoding: "utf8" })),
  );
  console.log(JSON.stringify(results, null, 2));
}
