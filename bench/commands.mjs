// How long commands take that people wait for; needs `npm run build`. Alone it prints JSON: { command, seconds, ratio, lines } for each.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PRODUCTS, writeTree } from "./load-tree.mjs";
import { measure, median } from "./measure.mjs";

const here = fileURLToPath(import.meta.url);
const meshroom = join(dirname(here), "../provider/bin/meshroom.js");

/** Each command runs once a round, an empty `node` before all of them. @param {number} rounds */
export async function benchCommands(rounds) {
  const root = mkdtempSync(join(tmpdir(), "commands-"));
  try {
    const [whole, half] = [join(root, "whole"), join(root, "half")];
    writeTree(whole);
    writeTree(half, PRODUCTS / 2);
    const cases = [
      { command: "meshroom --version", args: ["--version"] },
      { command: "meshroom --help", args: ["--help"] },
      { command: "meshroom up --help", args: ["up", "--help"] },
      { command: `list products, ${PRODUCTS} products`, args: ["-p", whole, "list", "products"] },
      { command: `list integrations, ${PRODUCTS} products`, args: ["-p", whole, "list", "integrations"] },
      { command: `list integrations, ${PRODUCTS / 2} products`, args: ["-p", half, "list", "integrations"] },
      { command: `graph --format svg, ${PRODUCTS} products`, args: ["-p", whole, "graph", "--format", "svg"] },
      {
        command: `graph --capabilities --format svg, ${PRODUCTS} products`,
        args: ["-p", whole, "graph", "--capabilities", "--format", "svg"],
      },
      { command: "complete a product", args: ["-p", whole, "complete", "--", "add", "product1"] },
      { command: "complete a topic", args: ["-p", whole, "complete", "--", "plug", "ev"] },
    ];
    const runs = cases.map(() => /** @type {{ seconds: number, ratio: number, lines: number }[]} */ ([]));
    for (let round = 0; round < rounds; round++) {
      const empty = await measure(process.execPath, ["-e", "0"]);
      for (const [index, { args }] of cases.entries()) {
        const { seconds, stdout } = await measure(process.execPath, [meshroom, ...args]);
        runs[index]?.push({ seconds, ratio: seconds / empty.seconds, lines: stdout.split("\n").length - 1 });
      }
    }
    return cases.map(({ command }, index) => ({ command, ...medians(runs[index] ?? []) }));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @param {{ seconds: number, ratio: number, lines: number }[]} runs */
function medians(runs) {
  const middle = (/** @type {"seconds" | "ratio"} */ key) => median(runs.map((run) => run[key]));
  return { seconds: middle("seconds"), ratio: middle("ratio"), lines: runs[0]?.lines ?? 0 };
}

if (process.argv[1] === here) console.log(JSON.stringify(await benchCommands(5), null, 2));
