// Loads a project: every manifest of the tree, typed, and every problem with them.
import { z } from "zod";
import { nearest } from "../base/suggest";
import type { Diagnostic } from "../diagnostic";
import { capProblems, PROBLEMS_LIMIT } from "./cap-problems";
import { type Manifest, readManifest } from "./manifest";
import { oldFolders } from "./old-layout";
import { listInstances, readInstances } from "./read-instance";
import { chooseManifests } from "./read-integration";
import { findDuplicates, listPlugs, type PlugContext, type PlugFile, readPlug } from "./read-plug";
import { readProducts } from "./read-product";
import { secretNames } from "./setting-shape";
import { readShape } from "./shape";
import { compareText, type Entry, Tree } from "./tree";
import type { Instance, Plug, Product, Project } from "./types";

const ownConstraints = ["mode", "format", "protocol"];
// Keys with another meaning in a capability, an integration or a plug can't be constraints as well.
const reservedKeys = new Set(
  `name description vendor title topic role kind owner status settings url method params documentation_url product target_product
  src_instance dst_instance src_config dst_config`.split(/\s+/),
);

const projectShape = z.looseObject({ constraints: z.array(z.unknown()).nullish() });

/** Reads the project in the folder `root`. Whatever is wrong with it is in `diagnostics`; nothing is thrown for it. */
export function loadProject(root: string): Project {
  const tree = new Tree(root);
  const problems: Diagnostic[] = [];
  const top = listTop(tree, problems);
  const has = (name: string) => top.some((entry) => entry.name === name);
  const constraints = readConstraintKeys(tree, top, problems);
  const products = has("products") ? readProducts(tree, constraints, problems) : new Map<string, Product>();
  const folders = has("instances") ? listInstances(tree, problems) : [];
  const instances = readInstances(tree, folders, products, problems);
  const older = has("config") ? listInstances(tree, [], "config") : [];
  problems.push(...oldFolders(older, folders.length > 0));
  const context = { products, instances, constraintKeys: constraints, secretNames: integrationSecrets(products) };
  const plugs = readPlugs(tree, listPlugs(tree, folders, problems), context, problems);
  const owned = [...products.values(), ...instances].flatMap((owner: Product | Instance) => owner.problems);
  const diagnostics = capProblems([...problems, ...owned]).sort(byPlace);
  return {
    root: tree.root,
    constraints,
    products: new Map([...products].map(([name, product]) => [name, withCap(product)])),
    instances: instances.map(withCap),
    plugs: plugs.map(withCap),
    diagnostics,
  };
}

function withCap<T extends { problems: readonly Diagnostic[] }>(owner: T): T {
  return owner.problems.length > PROBLEMS_LIMIT ? { ...owner, problems: capProblems(owner.problems) } : owner;
}

/** What stands in the root and is ours; other files there are none of our business. */
function listTop(tree: Tree, problems: Diagnostic[]): Entry[] {
  const found: Diagnostic[] = [];
  const ours = /^(products|instances|config|meshroom\.ya?ml|secrets\.gpg)$/;
  const top = tree.list("", found).filter(({ name }) => ours.test(name));
  const faulty = found.filter(({ at }) => at && ours.test(at.file));
  problems.push(...faulty);
  if (top.length === 0 && faulty.length === 0) problems.push(notFound(tree.root));
  return top;
}

/** Reads plugs; their problems go to them and to `problems`. */
function readPlugs(tree: Tree, files: readonly PlugFile[], context: PlugContext, problems: Diagnostic[]): Plug[] {
  const plugs: Plug[] = [];
  for (const file of files) {
    const read = readPlug(tree, file, context);
    problems.push(...read.problems);
    if (read.plug) plugs.push(read.plug);
  }
  plugs.sort((a, b) => compareText(a.manifest, b.manifest));
  const repeated = new Map(findDuplicates(plugs).map(({ plug, problem }) => [plug, problem]));
  problems.push(...repeated.values());
  return plugs.map((plug) => {
    const problem = repeated.get(plug);
    return problem ? { ...plug, problems: [...plug.problems, problem] } : plug;
  });
}

/** The built-in constraints and those that meshroom.yaml adds. */
function readConstraintKeys(tree: Tree, top: readonly Entry[], problems: Diagnostic[]): string[] {
  const files = top.filter((entry) => !entry.isFolder && /^meshroom\./.test(entry.name));
  const file = chooseManifests(files, problems).get("meshroom");
  if (file === undefined) return ownConstraints;
  const manifest = readManifest(tree, file);
  const added = readShape(manifest, projectShape).constraints ?? [];
  const accepted = added.filter((key, index): key is string => isConstraintKey(manifest, key, index));
  reportMisspelt(manifest);
  problems.push(...manifest.problems);
  return [...new Set([...ownConstraints, ...accepted])];
}

function isConstraintKey(manifest: Manifest, key: unknown, index: number): boolean {
  const isUsable = typeof key === "string" && key.trim() !== "" && !reservedKeys.has(key);
  if (isUsable) return true;
  const found = typeof key === "string" ? `\`${key}\`, which has another meaning` : "another value";
  manifest.report(
    "MANIFEST_SHAPE",
    `a constraint is the name of a capability's key, found ${found}`,
    ["constraints", index],
    {
      remedy: "name a key of your own, such as `severity`, or remove the entry",
    },
  );
  return false;
}

function reportMisspelt(manifest: Manifest): void {
  for (const key of Object.keys(manifest.value)) {
    if (key === "constraints" || nearest(key, ["constraints"]) === undefined) continue;
    manifest.report("MANIFEST_SHAPE", `the key \`${key}\` has no meaning here`, [key], {
      severity: "warning",
      remedy: "did you mean `constraints`?",
      part: "key",
    });
  }
}

function integrationSecrets(products: ReadonlyMap<string, Product>): string[] {
  const integrations = [...products.values()].flatMap((product) => product.integrations);
  return [...new Set(integrations.flatMap(({ settings }) => secretNames(settings)))];
}

function notFound(root: string): Diagnostic {
  return {
    code: "PROJECT_NOT_FOUND",
    severity: "error",
    summary: `${root} is no Meshroom project: it has neither products/ nor instances/`,
    remedy: "name the project's folder with `-p PATH`, or make one with `meshroom init`",
  };
}

/** By file, line, column; what has no place comes first. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.at?.file ?? "", b.at?.file ?? "") ||
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    compareText(a.code, b.code)
  );
}
