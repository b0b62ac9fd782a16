// Loads a tree of 300 products and 7,000 files, as real projects have; in a process of its own, so that its memory is its own.
// Prints JSON: { products, files, load_ms, diagnostics, peak_rss_mb }; needs `npm run build`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PRODUCTS = 300;
const FILES = 7_000;

/** Writes the tree and returns how many files it has. @param {string} root @param {number} [count] of products */
export function writeTree(root, count = PRODUCTS) {
  let files = 0;
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    files++;
  };
  for (let i = 0; i < count; i++) {
    const name = `product${i}`;
    write(`products/${name}/definition.yaml`, definition(i));
    write(
      `products/${name}/hooks.ts`,
      'import { setup } from "pulumi-meshroom/hooks";\nexport const noop = setup(() => {});\n',
    );
    write(`products/${name}/README.md`, `# ${name}\n`);
    for (const offset of [1, 2]) {
      const target = `product${(i + offset) % count}`;
      const stem = `products/${name}/integrations/${target}/events_producer`;
      write(
        `${stem}.yaml`,
        "description: sends what it sees\nformat: json\nsettings:\n  - { name: batch, type: integer, default: 10 }\n",
      );
      write(`${stem}.ts`, 'import { setup } from "pulumi-meshroom/hooks";\nexport const noop = setup(() => {});\n');
      for (let k = 0; k < 4; k++) write(`products/${name}/integrations/${target}/vendor/sample${k}.json`, "{}\n");
    }
    write(
      `instances/${name}/${name}-1/config.yaml`,
      `name: ${name}-1\nproduct: ${name}\nsettings:\n  url: https://tenant${i}.example\n`,
    );
    write(`instances/${name}/${name}-1/plugs/product${(i + 1) % count}-1/events.yaml`, "topic: events\nmode: push\n");
  }
  for (let k = 0; files < (FILES * count) / PRODUCTS; k++)
    write(`products/product${k % count}/assets/logo${k}.svg`, "<svg/>\n");
  return files;
}

/** A manifest of the size that vendors write: about 60 lines. @param {number} i */
function definition(i) {
  const capability = (/** @type {number} */ k) =>
    `  topic${(i + k * 7) % 50}:\n    - mode: push\n      format: json\n      description: capability ${k} of product ${i}\n`;
  const settings = Array.from(
    { length: 8 },
    (_, k) => `  - name: option${k}\n    type: string\n    default: value${k}\n    description: option ${k}\n`,
  );
  return [
    `name: product${i}\ndescription: generated product ${i}\nvendor: Generated\ntags: [SIEM, generated]\nsettings:\n`,
    "  - { name: url, required: true }\n  - { name: API_KEY, secret: true }\n",
    ...settings,
    "produces:\n  events:\n    - {}\n",
    capability(1),
    capability(2),
    "consumes:\n  events:\n    - {}\n",
    capability(3),
    `triggers:\n${capability(4)}executes:\n${capability(5)}`,
  ].join("");
}

/** @param {string} root */
function measure(root) {
  const { loadProject } = createRequire(import.meta.url)("../provider/dist/model/load-project.js");
  const started = performance.now();
  const project = loadProject(root);
  const load_ms = Math.round(performance.now() - started);
  return {
    products: project.products.size,
    diagnostics: project.diagnostics.length,
    load_ms,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** Writes a tree, loads it `rounds` times, each in a new process. @param {number} rounds */
export function benchLoad(rounds) {
  const root = mkdtempSync(join(tmpdir(), "tree-"));
  try {
    const files = writeTree(root);
    const script = fileURLToPath(import.meta.url);
    const runs = Array.from({ length: rounds }, () =>
      JSON.parse(execFileSync(process.execPath, [script, root], { encoding: "utf8" })),
    );
    const middle = runs.sort((a, b) => a.load_ms - b.load_ms)[Math.floor((rounds - 1) / 2)];
    return { files, ...middle };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const [, script, root] = process.argv;
if (script === fileURLToPath(import.meta.url)) console.log(JSON.stringify(root ? measure(root) : benchLoad(3)));
