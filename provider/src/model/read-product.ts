// Products: `products/<p>/`, with or without a definition.yaml.
import { z } from "zod";
import type { Diagnostic } from "../diagnostic";
import { capabilityKeys, readCapabilities } from "./capability";
import { isHookName } from "./file-name";
import { Manifest, readManifest } from "./manifest";
import { checkName } from "./name";
import { chooseManifests, readIntegrations } from "./read-integration";
import { readSettings } from "./setting-shape";
import { otherKeys, readShape, textShape } from "./shape";
import type { Tree } from "./tree";
import type { Product } from "./types";

const productShape = z.looseObject({
  name: textShape.nullish(),
  description: textShape.nullish(),
  vendor: textShape.nullish(),
  tags: z.union([textShape.transform((tag) => [tag]), z.array(textShape)]).nullish(),
});
const knownKeys = ["name", "description", "vendor", "tags", "settings", ...Object.keys(capabilityKeys)];

/** Every product of the tree, by name. Problems with the folder `products` itself, and with a name that can't be one, go to `problems`. */
export function readProducts(
  tree: Tree,
  constraintKeys: readonly string[],
  problems: Diagnostic[],
): Map<string, Product> {
  const products = new Map<string, Product>();
  for (const folder of tree.list("products", problems)) {
    if (!folder.isFolder) continue;
    const problem = checkName("product", folder.name, { file: folder.path, line: 1, column: 1 });
    if (problem) problems.push(problem);
    else products.set(folder.name, readProduct(tree, folder.name, constraintKeys));
  }
  return products;
}

function readProduct(tree: Tree, name: string, constraintKeys: readonly string[]): Product {
  const path = `products/${name}`;
  const problems: Diagnostic[] = [];
  const entries = tree.list(path, problems);
  const files = entries.filter((entry) => !entry.isFolder);
  const hasIntegrations = entries.some((entry) => entry.isFolder && entry.name === "integrations");
  const file = chooseManifests(
    files.filter((entry) => /^definition\./.test(entry.name)),
    problems,
  ).get("definition");
  const manifest = file === undefined ? new Manifest(path, "") : readManifest(tree, file);
  const shape = readShape(manifest, productShape);
  checkProductName(manifest, name);
  const product = {
    name,
    path,
    ...(file !== undefined && { manifest: file }),
    ...(shape.description != null && { description: shape.description }),
    ...(shape.vendor != null && { vendor: shape.vendor }),
    tags: shape.tags ?? [],
    settings: readSettings(manifest, manifest.value.settings, ["settings"]),
    capabilities: readCapabilities(manifest, name, constraintKeys),
    integrations: hasIntegrations ? readIntegrations(tree, name, constraintKeys, problems) : [],
    hookFiles: files.filter((entry) => isHookName(entry.name)).map((entry) => entry.path),
    extra: otherKeys(manifest.value, knownKeys),
  };
  return { ...product, problems: [...problems, ...manifest.problems] };
}

function checkProductName(manifest: Manifest, folder: string): void {
  const written = manifest.source(["name"]);
  if (written === undefined || written === folder) return;
  manifest.report(
    "NAME_MISMATCH",
    `the product is named \`${written}\`, but its folder is \`${folder}\`, which counts`,
    ["name"],
    {
      severity: "warning",
      remedy: `write \`name: ${folder}\`, or rename the folder`,
    },
  );
}
