// Names that exist in a project, for completion: read as cheaply as it goes, and none where there is no project.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadProject } from "../model/project";
import type { Plug } from "../model/types";

export function knownProducts(root: string): string[] {
  return foldersOf(join(root, "products"));
}

/** As they are addressed: the bare name, or `product/name` where two products have an instance of that name. */
export function knownInstances(root: string): string[] {
  const all = foldersOf(join(root, "instances")).flatMap((product) =>
    foldersOf(join(root, "instances", product))
      .filter((name) =>
        ["config.yaml", "config.yml"].some((file) => existsSync(join(root, "instances", product, name, file))),
      )
      .map((name) => ({ product, name })),
  );
  const isUnique = (name: string) => all.filter((each) => each.name === name).length === 1;
  return all.map(({ product, name }) => (isUnique(name) ? name : `${product}/${name}`));
}

/** Topics and actions that a product's capabilities name. */
export function knownTopics(root: string): string[] {
  const products = [...loadProject(root).products.values()];
  const topics = products.flatMap(({ capabilities }) => capabilities.flatMap(({ topic }) => topic ?? []));
  return [...new Set(topics)].sort();
}

/** The plugs that fit what is known of them. */
export function knownPlugs(root: string, known: { topic?: string; source?: string }): Plug[] {
  return loadProject(root).plugs.filter(
    ({ topic, src_instance }) =>
      (known.topic === undefined || topic === known.topic) &&
      (known.source === undefined || src_instance === known.source),
  );
}

function foldersOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}
