// Builds and queries the capability graph at growing sizes, each in a process of its own; needs `npm run build`.
// Prints a JSON list: time and memory per size, which should grow in step with `capabilities`.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const sizes = [2_500, 5_000, 10_000];
const capabilitiesPerProduct = 8;
const topics = 50;
const queries = 1_000;
const roles = ["producer", "consumer", "trigger", "executor"];
const modes = ["push", "pull", undefined];
const formats = ["json", "cef", "leef", "ocsf", undefined];

/** The same numbers in every run. */
function createRandom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function makeProduct(number, random) {
  const name = `product-${number}`;
  const at = { file: `products/${name}/definition.yaml`, line: 1, column: 1 };
  const capabilities = Array.from({ length: capabilitiesPerProduct }, () => {
    const constraints = {};
    const mode = modes[random(modes.length)];
    const format = formats[random(formats.length)];
    if (mode) constraints.mode = mode;
    if (format) constraints.format = format;
    const topic = `topic-${random(topics)}`;
    return { product: name, role: roles[random(roles.length)], topic, constraints, details: {}, at };
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

function measure(size) {
  const { buildCapabilityGraph } = createRequire(import.meta.url)("../provider/dist/graph/capability-graph.js");
  const random = createRandom(1);
  const products = Array.from({ length: size }, (_, number) => makeProduct(number, random));

  const started = performance.now();
  const graph = buildCapabilityGraph(products);
  const built = performance.now();
  let matches = 0;
  for (let i = 0; i < queries; i++) {
    const { name, capabilities } = products[random(size)];
    const asked = i % 2 === 0 ? graph.partners(capabilities[0]) : graph.between(name, products[random(size)].name);
    for (const _ of asked) matches++;
  }
  const done = performance.now();
  return {
    products: size,
    capabilities: size * capabilitiesPerProduct,
    build_ms: Math.round(built - started),
    query_ms: Math.round(done - built),
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
