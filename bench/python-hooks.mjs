// 500 plugs whose ends have empty Python hooks: the Python tool's own commands against the same tree as Pulumi resources, in alternating rounds.
// Needs `npm run build`, the engine on PATH, and MESHROOM_PYTHON with the package `meshroom`. Prints JSON: medians in seconds.
//   node bench/python-hooks.mjs [--plugs 500] [--products 50] [--rounds 3]
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { measure, median } from "./measure.mjs";
import { environmentOf, makeWorkspace } from "./workspace.mjs";

const { values } = parseArgs({
  options: {
    plugs: { type: "string", default: "500" },
    products: { type: "string", default: "50" },
    rounds: { type: "string", default: "3" },
  },
});
const [plugs, products, rounds] = [Number(values.plugs), Number(values.products), Number(values.rounds)];
const python = process.env.MESHROOM_PYTHON;
if (!python) throw new Error("name a Python that has the package meshroom in MESHROOM_PYTHON");

/** A tree as the Python tool makes it: even products produce events, odd ones consume them; each has two hook files and an instance. */
function writeTree(/** @type {string} */ root) {
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const name = (/** @type {number} */ number) => `prod${String(number).padStart(3, "0")}`;
  const roles = /** @type {const} */ (["producer", "consumer"]);
  for (let number = 0; number < products; number++) {
    const role = roles[number % 2];
    const capabilities = `${role === "producer" ? "produces" : "consumes"}:\n  events:\n  - {}\n`;
    const others = [1, 2, 3].map((i) => `  topic${(number * 3 + i) % 32}:\n  - {}\n`).join("");
    const setup = ["setup", "teardown"]
      .map((kind) => `@${kind}_${role}("events", mode="push")\ndef ${kind}_it(plug: Plug, instance: Instance): pass\n`)
      .join("\n");
    write(`products/${name(number)}/definition.yaml`, `settings:\n- name: url\n${capabilities}triggers:\n${others}`);
    write(`products/${name(number)}/__init__.py`, "");
    write(
      `products/${name(number)}/setup.py`,
      `from meshroom.decorators import setup_${role}, teardown_${role}\nfrom meshroom.model import Instance, Plug\n\n${setup}`,
    );
    write(
      `products/${name(number)}/ops.py`,
      `from meshroom.decorators import watch\n\n@watch("events")\ndef watch_it(instance): yield "event"\n`,
    );
    write(
      `instances/${name(number)}/i_${name(number)}/config.yaml`,
      `product: ${name(number)}\nsettings:\n  url: https://example.invalid\n`,
    );
  }
  const half = Math.floor(products / 2);
  if (plugs > half * half) throw new Error(`${products} products make ${half * half} plugs at most`);
  for (let i = 0; i < plugs; i++) {
    const [source, target] = [name(2 * (i % half)), name(2 * Math.floor(i / half) + 1)];
    const ends = `dst_instance: i_${target}\nsrc_instance: i_${source}\n`;
    write(`instances/${source}/i_${source}/plugs/i_${target}/events.yaml`, `${ends}mode: push\ntopic: events\n`);
  }
}

/** Counts the interpreters that our side starts. */
function countingPython(/** @type {string} */ folder) {
  const path = join(folder, "python");
  writeFileSync(path, `#!/bin/sh\necho >> '${folder}/starts'\nexec '${python}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

const starts = (/** @type {string} */ folder) =>
  existsSync(join(folder, "starts")) ? readFileSync(join(folder, "starts"), "utf8").length : 0;

async function oneRound(/** @type {string} */ tree) {
  const folder = makeWorkspace({
    "index.js": 'new (require("pulumi-meshroom").Mesh)("mesh", { project: "mesh" });\n',
  });
  cpSync(tree, join(folder, "mesh"), { recursive: true });
  cpSync(tree, join(folder, "theirs"), { recursive: true });
  const env = { ...environmentOf(folder), MESHROOM_PYTHON: countingPython(folder) };
  const tool = async (/** @type {string} */ verb) =>
    (await measure(join(dirname(python ?? ""), "meshroom"), ["-p", "theirs", verb], { cwd: folder })).seconds;
  const pulumi = async (/** @type {string[]} */ ...args) =>
    (await measure("pulumi", [...args, "--stack", "bench", "--non-interactive"], { cwd: folder, env })).seconds;
  try {
    await measure("pulumi", ["stack", "init", "bench"], { cwd: folder, env });
    /** @type {Record<string, number>} */
    const took = {};
    took.tool_up = await tool("up");
    took.mesh_up = await pulumi("up", "--yes", "--skip-preview");
    took.interpreters_up = starts(folder);
    took.tool_up_again = await tool("up");
    took.mesh_preview_unchanged = await pulumi("preview", "--expect-no-changes");
    took.interpreters_preview = starts(folder) - took.interpreters_up;
    took.tool_down = await tool("down");
    took.mesh_destroy = await pulumi("destroy", "--yes", "--skip-preview");
    took.hooks_alone = await hooksAlone(join(folder, "mesh"));
    return took;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same set-up hooks run in our hosts, without the engine: as many at a time as `pulumi up` runs. */
async function hooksAlone(/** @type {string} */ root) {
  /** @type {typeof import("../provider/src/hooks/hosts/host-pool.js")} */
  const { HostPool } = createRequire(import.meta.url)("../provider/dist/hooks/hosts/host-pool.js");
  const started = performance.now();
  const pool = new HostPool(root);
  const end = (/** @type {number} */ number) => {
    const product = `prod${String(number).padStart(3, "0")}`;
    /** @type {import("../provider/src/hooks/hosts/protocol.js").InvocationContext} */
    const context = {
      instance: { name: `i_${product}`, product, settings: {} },
      peer: { name: "peer", product: "peer", settings: {} },
      role: number % 2 ? "consumer" : "producer",
      plug: {
        name: "p",
        topic: "events",
        mode: "push",
        constraints: {},
        source: "s",
        destination: "d",
        src_config: {},
        dst_config: {},
        settings: {},
      },
    };
    const file = `products/${product}/setup.py`;
    return pool.run({
      request: { type: "invoke", root, file, export: "setup_it", kind: "setup", context },
      title: "bench",
      timeout: 60,
    });
  };
  const queue = Array.from({ length: 2 * plugs }, (_, i) => i % products);
  const worker = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await end(next);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  pool.close();
  return (performance.now() - started) / 1000;
}

const tree = mkdtempSync(join(tmpdir(), "bench-tree-"));
try {
  writeTree(tree);
  /** @type {Record<string, number>[]} */
  const results = [];
  for (let round = 0; round < rounds; round++) {
    results.push(await oneRound(tree));
    console.error(JSON.stringify(results.at(-1)));
  }
  const names = Object.keys(results[0] ?? {});
  const medians = names.map((name) => [name, Number(median(results.map((result) => result[name] ?? 0)).toFixed(2))]);
  console.log(JSON.stringify({ plugs, products, rounds, ...Object.fromEntries(medians) }, null, 2));
} finally {
  rmSync(tree, { recursive: true, force: true });
}
