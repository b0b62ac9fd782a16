// What it costs that a hook host serves one product: the same hooks as those of one product, and as those of a product each.
// Needs `npm run build`; with MESHROOM_PYTHON, Python hooks are measured as well. Prints JSON: medians in seconds.
//   node bench/hook-hosts.mjs [--hooks 40] [--rounds 3]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./measure.mjs";

const require = createRequire(import.meta.url);
const { HostPool } = require("../provider/dist/hooks/hosts/host-pool.js");

const { values } = parseArgs({
  options: { hooks: { type: "string", default: "40" }, rounds: { type: "string", default: "3" } },
});
const [hooks, rounds] = [Number(values.hooks), Number(values.rounds)];

const texts = {
  ts: 'import { execute } from "pulumi-meshroom/hooks";\nexport const run = execute(async () => 1);\n',
  py: 'from meshroom.decorators import execute\n@execute("topic")\ndef run(): return 1\n',
};

/** Seconds in which all hooks have run, from the start of the first host. */
async function seconds(/** @type {"ts" | "py"} */ ending, /** @type {(index: number) => string} */ productOf) {
  const root = mkdtempSync(join(tmpdir(), "bench-hosts-"));
  const files = Array.from({ length: hooks }, (_, index) => `products/${productOf(index)}/hook${index}.${ending}`);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), texts[ending]);
  }
  const pool = new HostPool(root);
  const context = { instance: { name: "a", product: "p", settings: {} } };
  const start = performance.now();
  await Promise.all(
    files.map((file) =>
      pool.run({
        title: file,
        request: { type: "invoke", root, file, export: "run", kind: "execute", context },
        timeout: 300,
      }),
    ),
  );
  const taken = (performance.now() - start) / 1000;
  pool.close();
  rmSync(root, { recursive: true, force: true });
  return taken;
}

/** @type {Record<string, number>} */
const results = {};
for (const ending of /** @type {const} */ (["ts", "py"])) {
  if (ending === "py" && !process.env.MESHROOM_PYTHON) continue;
  const [one, each] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let round = 0; round < rounds; round++) {
    one.push(await seconds(ending, () => "p"));
    each.push(await seconds(ending, (index) => `p${index}`));
  }
  results[`${ending}, ${hooks} hooks of one product`] = median(one);
  results[`${ending}, ${hooks} hooks of ${hooks} products`] = median(each);
}
console.log(JSON.stringify(results, undefined, 2));
