// Integrations of a product: manifests and hook files in `products/<p>/integrations/<q>/`, joined by their stem.
import { z } from "zod";
import { groupBy } from "../base/group-by";
import { nearest } from "../base/suggest";
import { shellWord } from "../base/words";
import type { Diagnostic, Location } from "../diagnostic";
import { readConstraints } from "./capability";
import { isHookName, isManifestName, isRole, type NameParts, roles, splitIntegrationName, stemOf } from "./file-name";
import { type Manifest, readManifest, reportMismatch } from "./manifest";
import { checkName } from "./name";
import { readSettings } from "./setting-shape";
import { otherKeys, readShape, textShape } from "./shape";
import { compareText, type Entry, type Tree } from "./tree";
import type { Integration, Role } from "./types";

const integrationShape = z.looseObject({
  topic: textShape.nullish(),
  role: z.enum(roles).nullish(),
  description: textShape.nullish(),
  documentation_url: textShape.nullish(),
});
const knownKeys = ["topic", "role", "description", "documentation_url", "settings"];

/** What all integrations of one pair of products share. */
interface Pairing {
  product: string;
  target: string;
  path: string;
  constraintKeys: readonly string[];
}

/** All integrations of `product`; problems are added to `problems`. */
export function readIntegrations(
  tree: Tree,
  product: string,
  constraintKeys: readonly string[],
  problems: Diagnostic[],
): Integration[] {
  const found: Integration[] = [];
  for (const folder of tree.list(`products/${product}/integrations`, problems)) {
    if (!folder.isFolder) continue;
    const problem = checkName("product", folder.name, { file: folder.path, line: 1, column: 1 });
    if (problem) problems.push(problem);
    else {
      const pairing = { product, target: folder.name, path: folder.path, constraintKeys };
      found.push(...readPairing(tree, pairing, problems));
    }
  }
  return found;
}

function readPairing(tree: Tree, pairing: Pairing, problems: Diagnostic[]): Integration[] {
  const files = tree.list(pairing.path, problems).filter((entry) => !entry.isFolder);
  const manifests = chooseManifests(files, problems);
  const hooks = groupBy(
    files.filter(({ name }) => isHookName(name)),
    ({ name }) => stemOf(name),
  );
  const stems = [...new Set([...manifests.keys(), ...hooks.keys()])].sort(compareText);
  return stems.flatMap((stem) => {
    const hookFiles = (hooks.get(stem) ?? []).map(({ path }) => path);
    const file = manifests.get(stem);
    if (!file) return hookOnly(pairing, stem, hookFiles, problems);
    const manifest = readManifest(tree, file);
    const integration = readIntegration(manifest, pairing, stem, hookFiles);
    problems.push(...(integration ? manifest.problems : strayProblems(manifest)));
    return integration ?? [];
  });
}

/** One manifest for each stem: `.yaml` counts where `.yml` stands beside it. */
export function chooseManifests(files: readonly Entry[], problems: Diagnostic[]): Map<string, string> {
  const chosen = new Map<string, string>();
  for (const { name, path } of files) {
    if (!isManifestName(name)) continue;
    const stem = stemOf(name);
    const first = chosen.get(stem);
    // Sorted by name, `.yaml` comes before `.yml`.
    if (first === undefined) chosen.set(stem, path);
    else problems.push(ignoredManifest(path, first));
  }
  return chosen;
}

function ignoredManifest(path: string, counted: string): Diagnostic {
  return {
    code: "MANIFEST_DUPLICATE",
    severity: "warning",
    summary: `${path} is ignored, since ${counted} describes the same`,
    remedy: `move what you need into ${counted}, then \`git rm ${shellWord(path)}\``,
    at: { file: path, line: 1, column: 1 },
  };
}

/** A hook file without a manifest; one whose name holds no role is a module that other hooks import. */
function hookOnly(pairing: Pairing, stem: string, hookFiles: string[], problems: Diagnostic[]): Integration[] {
  const parts = splitIntegrationName(stem);
  const file = hookFiles[0];
  if (!parts || file === undefined) return [];
  const at: Location = { file, line: 1, column: 1 };
  const problem = checkName("topic", parts.topic, at);
  if (problem) problems.push(problem);
  if (problem) return [];
  const { product, target, path } = pairing;
  const { topic, role } = parts;
  return [
    {
      product,
      target,
      topic,
      role,
      constraints: namedConstraints(parts),
      settings: [],
      extra: {},
      path,
      hookFiles,
      at,
    },
  ];
}

/** Of a file that is no integration only that is said: its text may follow rules that are not ours. */
function strayProblems(manifest: Manifest): Diagnostic[] {
  const isMeant = ["topic", "role"].some((key) => Object.hasOwn(manifest.value, key));
  return manifest.problems.filter(({ code }) => isMeant || code === "INTEGRATION_NAME" || code === "NAME_INVALID");
}

function readIntegration(
  manifest: Manifest,
  pairing: Pairing,
  stem: string,
  hookFiles: readonly string[],
): Integration | undefined {
  const shape = readShape(manifest, integrationShape);
  const own = readConstraints(manifest, manifest.value, [], pairing.constraintKeys);
  const topicKey = manifest.source(["topic"]) || undefined;
  const role = shape.role ?? undefined;
  const parts = splitIntegrationName(stem, { topic: topicKey, role, format: own.format });
  const place = identify(manifest, stem, topicKey ?? parts?.topic, role ?? parts?.role);
  checkPlace(manifest, "product", pairing.product);
  checkPlace(manifest, "target_product", pairing.target);
  if (!place) return undefined;
  return {
    product: pairing.product,
    target: pairing.target,
    ...place,
    constraints: { ...(parts && namedConstraints(parts)), ...own },
    settings: readSettings(manifest, manifest.value.settings, ["settings"]),
    ...(shape.description != null && { description: shape.description }),
    ...(shape.documentation_url != null && { documentation_url: shape.documentation_url }),
    extra: otherKeys(manifest.value, [...knownKeys, ...pairing.constraintKeys]),
    path: pairing.path,
    manifest: manifest.file,
    hookFiles,
    at: manifest.at([]),
  };
}

/** Topic and role, or the problem that file and name don't tell them. */
function identify(
  manifest: Manifest,
  stem: string,
  topic: string | undefined,
  role: Role | undefined,
): { topic: string; role: Role } | undefined {
  if (topic === undefined || role === undefined) {
    const guess = stem
      .split("_")
      .filter((word) => !isRole(word))
      .map((word) => nearest(word, roles))
      .find(isRole);
    manifest.report(
      "INTEGRATION_NAME",
      `${manifest.file} is no integration: its name is not <topic>_<role>[_<format>][_pull]`,
      [],
      {
        severity: "warning",
        remedy: guess
          ? `did you mean the role \`${guess}\`? rename the file`
          : "rename it, or add the keys `topic` and `role`, or move it into a folder if it is a vendor's file",
      },
    );
    return undefined;
  }
  const problem = checkName("topic", topic, manifest.at(["topic"]));
  if (problem) manifest.problems.push(problem);
  return problem ? undefined : { topic, role };
}

/** Warns where a manifest says that it stands elsewhere. */
function checkPlace(manifest: Manifest, key: string, folder: string): void {
  const written = manifest.source([key]);
  if (written === undefined || written === folder) return;
  reportMismatch(manifest, key, written, folder);
}

function namedConstraints({ format, mode }: NameParts): Record<string, string> {
  return { ...(mode && { mode }), ...(format !== undefined && { format }) };
}
