// Loads manifests of thousands of lines: the time must grow with their size. Prints a table; needs `npm run build`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { manifestsOf } from "../test/model/large-manifests.ts";
import { table } from "./table.mjs";

const SIZES = [2_500, 10_000];

/** @param {keyof typeof manifestsOf} kind @param {number} size @returns {number} ms */
function load(kind, size) {
  const { loadProject } = createRequire(import.meta.url)("../provider/dist/model/load-project.js");
  const root = mkdtempSync(join(tmpdir(), "large-"));
  try {
    const { definition = "", instance = "" } = manifestsOf[kind]?.(size) ?? {};
    for (const folder of ["products/p", "instances/p/i"]) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, "products/p/definition.yaml"), definition);
    writeFileSync(join(root, "instances/p/i/config.yaml"), instance);
    const started = performance.now();
    loadProject(root);
    return performance.now() - started;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The section of results.md. @param {number} rounds */
export function largeManifests(rounds) {
  const rows = Object.keys(manifestsOf).map((kind) => {
    load(kind, 200);
    const [few = 0, many = 0] = SIZES.map((size) =>
      Math.min(...Array.from({ length: rounds }, () => load(kind, size))),
    );
    return [kind, Math.round(few), Math.round(many), (many / few).toFixed(1)];
  });
  return table(["", ...SIZES.map((size) => `${size}, ms`), "ratio"], rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(largeManifests(3));
