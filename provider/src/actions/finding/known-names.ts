// Names that exist in a project, for completion: taken from names of files and single lines instead of loading the project, since
// somebody has pressed Tab and waits. What is laid out unusually may be missing; where there is no project there are none.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isManifestName, splitPlugName, stemOf } from "../../model/file-name";
import { isHidden } from "../../model/tree";

export interface KnownPlug {
  topic: string;
  /** Address of the instance. */
  source: string;
  /** Name of the destination's folder. */
  destination: string;
}

export function knownProducts(root: string): string[] {
  return foldersOf(join(root, "products"));
}

/** As they are addressed: the bare name, or `product/name` where two products have an instance of that name. */
export function knownInstances(root: string): string[] {
  return listInstances(root).map(({ address }) => address);
}

/** Topics and actions that a product's capabilities name. */
export function knownTopics(root: string): string[] {
  const texts = knownProducts(root).flatMap((product) => readFirst(join(root, "products", product), "definition"));
  return [...new Set(texts.flatMap(topicsIn))].sort();
}

/** The plugs that fit what is known of them. */
export function knownPlugs(root: string, known: Partial<KnownPlug>): KnownPlug[] {
  return listInstances(root)
    .filter(({ address }) => known.source === undefined || address === known.source)
    .flatMap(({ path, address }) =>
      foldersOf(join(path, "plugs")).flatMap((destination) =>
        topicsAt(join(path, "plugs", destination)).map((topic) => ({ topic, source: address, destination })),
      ),
    )
    .filter(({ topic }) => known.topic === undefined || topic === known.topic);
}

function listInstances(root: string): { address: string; path: string }[] {
  const all = foldersOf(join(root, "instances")).flatMap((product) =>
    foldersOf(join(root, "instances", product))
      .map((name) => ({ product, name, path: join(root, "instances", product, name) }))
      .filter(({ path }) => ["config.yaml", "config.yml"].some((file) => existsSync(join(path, file)))),
  );
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return all.map(({ product, name, path }) => ({
    path,
    address: counts.get(name) === 1 ? name : `${product}/${name}`,
  }));
}

/** The keys one level below `produces:` and the like. */
function topicsIn(definition: string): string[] {
  const sections = definition.matchAll(
    /^(?:produces|consumes|triggers|executes):[ \t]*(?:#.*)?\n((?:[ \t]+.*\n|[ \t]*#.*\n|\n)*)/gm,
  );
  return [...sections].flatMap(([, body = ""]) => {
    const indent = /^( +)[^\s#]/m.exec(body)?.[1] ?? "  ";
    const keys = body.matchAll(new RegExp(`^${indent}([^\\s#'"-][^:#]*|"[^"]*"|'[^']*'):`, "gm"));
    return [...keys].map(([, key = ""]) => key.replace(/^(["'])(.*)\1$/, "$2").trim());
  });
}

function topicsAt(folder: string): string[] {
  return readdirSync(folder)
    .filter(isManifestName)
    .flatMap((file) => {
      const [, written] =
        /^topic:[ \t]*["']?([^"'#\n]+?)["']?[ \t]*$/m.exec(readFileSync(join(folder, file), "utf8")) ?? [];
      return written ?? splitPlugName(stemOf(file))?.topic ?? [];
    });
}

function readFirst(folder: string, stem: string): string[] {
  const path = [".yaml", ".yml"].map((ending) => join(folder, stem + ending)).find((file) => existsSync(file));
  return path === undefined ? [] : [`${readFileSync(path, "utf8").replace(/\r\n?/g, "\n")}\n`];
}

function foldersOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isFile() && !isHidden(entry.name))
    .map(({ name }) => name)
    .sort();
}
