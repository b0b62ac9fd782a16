// Instances: `instances/<p>/<i>/config.yaml`, and how they are addressed.
import { z } from "zod";
import { groupBy } from "../base/group-by";
import { isMapping } from "../base/json";
import { nearest } from "../base/suggest";
import { shellWord } from "../base/words";
import { type Diagnostic, isError, type Location } from "../diagnostic";
import { type Manifest, type Path, readManifest } from "./manifest";
import { checkName } from "./name";
import { chooseManifests } from "./read-integration";
import { checkSettings } from "./setting";
import { secretNames } from "./setting-shape";
import { readShape, textShape } from "./shape";
import { compareText, type Tree } from "./tree";
import type { Instance, Product, Setting } from "./types";

// Found in every file, so that none of it is quoted: nothing says which of its values are secret.
const anyName = [""];

const instanceShape = z.looseObject({ name: textShape.nullish(), product: textShape.nullish() });

/** A folder `instances/<p>/<i>`: an instance only if it holds a config.yaml. */
export interface InstanceFolder {
  product: string;
  name: string;
  path: string;
  config: string | undefined;
  hasPlugs: boolean;
}

/** Which instance a name stands for. */
export type Lookup = { found: Instance } | { ambiguous: readonly Instance[] } | { nearest: string | undefined };

/** The folders of `instances/`; problems with them go to `problems`. */
export function listInstances(tree: Tree, problems: Diagnostic[], base = "instances"): InstanceFolder[] {
  const found: InstanceFolder[] = [];
  for (const product of tree.list(base, problems)) {
    if (!product.isFolder || !accept("product", product, problems)) continue;
    for (const folder of tree.list(product.path, problems)) {
      if (!folder.isFolder || !accept("instance", folder, problems)) continue;
      const entries = tree.list(folder.path, problems);
      const configs = entries.filter((entry) => !entry.isFolder && /^config\./.test(entry.name));
      const config = chooseManifests(configs, problems).get("config");
      const hasPlugs = entries.some((entry) => entry.isFolder && entry.name === "plugs");
      found.push({ product: product.name, name: folder.name, path: folder.path, config, hasPlugs });
    }
  }
  return found;
}

/** The instances among `folders`, sorted by product, then name. */
export function readInstances(
  tree: Tree,
  folders: readonly InstanceFolder[],
  products: ReadonlyMap<string, Product>,
  problems: Diagnostic[],
): Instance[] {
  const configured = folders.filter((folder) => folder.config !== undefined);
  const byName = groupBy(configured, ({ name }) => name);
  problems.push(...sameOnDisk(configured));
  return configured
    .map((folder) => {
      const isUnique = byName.get(folder.name)?.length === 1;
      return readInstance(tree, folder, isUnique ? folder.name : `${folder.product}/${folder.name}`, products);
    })
    .sort((a, b) => compareText(a.product, b.product) || compareText(a.name, b.name));
}

/** Finds an instance by its bare name or by `product/name`. */
export function findInstance(instances: readonly Instance[], reference: string): Lookup {
  const found = instances.filter(({ name, product }) => name === reference || `${product}/${name}` === reference);
  if (found.length > 1) return { ambiguous: found };
  const only = found[0];
  if (only) return { found: only };
  const known = instances.flatMap(({ name, product }) => (reference.includes("/") ? [`${product}/${name}`] : [name]));
  return { nearest: nearest(reference, known) };
}

function readInstance(
  tree: Tree,
  folder: InstanceFolder,
  address: string,
  products: ReadonlyMap<string, Product>,
): Instance {
  const product = products.get(folder.product);
  const settings = product && declaredSettings(product);
  const manifest = readManifest(tree, folder.config ?? "", settings ? secretNames(settings) : anyName);
  readShape(manifest, instanceShape);
  checkWritten(manifest, "name", folder.name);
  checkWritten(manifest, "product", folder.product);
  if (!product) reportUnknownProduct(manifest, folder.product, products);
  return {
    name: folder.name,
    product: folder.product,
    address,
    path: folder.path,
    manifest: manifest.file,
    settings: settings ? readValues(manifest, settings, folder, address) : {},
    places: placesOf(manifest, manifest.value.settings, ["settings"]),
    at: manifest.at([]),
    problems: manifest.problems,
  };
}

/** What the product declares; undefined where its manifest is too broken to tell which settings are secret. */
function declaredSettings({ settings, problems }: Product): readonly Setting[] | undefined {
  return settings.length === 0 && problems.some(isError) ? undefined : settings;
}

function readValues(
  manifest: Manifest,
  settings: readonly Setting[],
  folder: InstanceFolder,
  address: string,
): Record<string, unknown> {
  const { values, problems } = checkSettings(settings, manifest.value.settings, {
    subject: `instance ${folder.product}/${folder.name}`,
    place: (path, part) => {
      const at = manifest.at(["settings", ...path], part);
      return { at, frame: manifest.frame(at) };
    },
    secretRemedy: (name) =>
      `remove the value, change the secret at the vendor, then \`meshroom configure ${shellWord(address)} -s ${shellWord(name)}\``,
  });
  manifest.problems.push(...problems);
  return values;
}

function placesOf(manifest: Manifest, value: unknown, path: Path): Record<string, Location> {
  const places: [string, Location][] = [];
  const walk = (child: unknown, at: Path): void => {
    if (at.length > path.length) places.push([at.slice(path.length).join("."), manifest.at(at)]);
    if (Array.isArray(child)) for (const [index, item] of child.entries()) walk(item, [...at, index]);
    else if (isMapping(child)) for (const [key, item] of Object.entries(child)) walk(item, [...at, key]);
  };
  walk(value, path);
  return Object.fromEntries(places);
}

function checkWritten(manifest: Manifest, key: "name" | "product", folder: string): void {
  const written = manifest.source([key]);
  if (written === undefined || written === folder) return;
  manifest.report(
    "NAME_MISMATCH",
    `the ${key === "name" ? "instance" : "product"} is \`${written}\` here, but the folder is \`${folder}\`, which counts`,
    [key],
    {
      severity: "warning",
      remedy: `write \`${key}: ${folder}\`, or move the folder`,
    },
  );
}

function reportUnknownProduct(manifest: Manifest, name: string, products: ReadonlyMap<string, Product>): void {
  const guess = nearest(name, products.keys());
  manifest.report("PRODUCT_UNKNOWN", `there is no product \`${name}\` in products/`, ["product"], {
    remedy: guess
      ? `did you mean \`${guess}\`? then \`git mv ${shellWord(`instances/${name}`)} instances/${guess}\``
      : `\`meshroom create product ${shellWord(name)}\``,
  });
}

function accept(what: string, entry: { name: string; path: string }, problems: Diagnostic[]): boolean {
  const problem = checkName(what, entry.name, { file: entry.path, line: 1, column: 1 });
  if (problem) problems.push(problem);
  return !problem;
}

/** Names that one folder would hold on a disk that ignores case, as on macOS and Windows. */
function sameOnDisk(folders: readonly InstanceFolder[]): Diagnostic[] {
  const groups = groupBy(folders, ({ product, name }) => `${product}/${name}`.normalize("NFC").toLowerCase());
  return [...groups.values()].flatMap(([first, ...others]) =>
    others.map(
      ({ path, config }): Diagnostic => ({
        code: "INSTANCE_DUPLICATE",
        severity: "warning",
        summary: `${path} and ${first?.path} are one folder on disks that ignore case`,
        remedy: `rename one: \`git mv ${shellWord(path)} <another name>\``,
        at: { file: config ?? path, line: 1, column: 1 },
      }),
    ),
  );
}
