// Plugs: `instances/<p>/<src>/plugs/<dst>/*.yaml`.
import { z } from "zod";
import { groupBy } from "../base/group-by";
import { shellWord } from "../base/words";
import type { Diagnostic } from "../diagnostic";
import { readConstraints } from "./capability";
import { kindOf, type NameParts, splitPlugName, stemOf } from "./file-name";
import { type Manifest, readManifest, reportMismatch } from "./manifest";
import { checkName } from "./name";
import { reportOldKeys } from "./old-layout";
import { checkPlugSecrets } from "./plug-secrets";
import { findInstance, type InstanceFolder } from "./read-instance";
import { chooseManifests } from "./read-integration";
import { flagShape, mappingShape, readShape, textShape } from "./shape";
import type { Tree } from "./tree";
import type { Constraints, Instance, Plug, PlugKind, Product } from "./types";

const kindNames: Readonly<Record<string, PlugKind>> = {
  trigger: "action",
  executor: "action",
  action: "action",
  producer: "data",
  consumer: "data",
  data: "data",
};

const plugShape = z.looseObject({
  topic: textShape.nullish(),
  src_instance: textShape.nullish(),
  dst_instance: textShape.nullish(),
  owner: textShape.nullish(),
  kind: z.enum(["trigger", "executor", "action", "producer", "consumer", "data"]).nullish(),
  status: textShape.nullish(),
  allow_cycle: flagShape.nullish(),
  src_config: mappingShape,
  dst_config: mappingShape,
  settings: mappingShape,
});

/** What a plug's manifest is read against. */
export interface PlugContext {
  products: ReadonlyMap<string, Product>;
  instances: readonly Instance[];
  constraintKeys: readonly string[];
  /** Names of settings whose values no message may show. */
  secretNames: readonly string[];
}

/** A plug's manifest and the folder it stands in. */
export interface PlugFile {
  file: string;
  source: InstanceFolder;
  /** Name of the destination's folder. */
  destination: string;
}

/** The plug manifests below `folders`. */
export function listPlugs(tree: Tree, folders: readonly InstanceFolder[], problems: Diagnostic[]): PlugFile[] {
  return folders
    .filter(({ hasPlugs }) => hasPlugs)
    .flatMap((source) =>
      tree.list(`${source.path}/plugs`, problems).flatMap((folder) => {
        if (!folder.isFolder) return [];
        const files = tree.list(folder.path, problems).filter((entry) => !entry.isFolder);
        return [...chooseManifests(files, problems).values()].map((file) => ({
          file,
          source,
          destination: folder.name,
        }));
      }),
    );
}

/** Reads one plug; undefined where its topic can't be told. The manifest's problems become the plug's. */
export function readPlug(tree: Tree, place: PlugFile, context: PlugContext): { plug?: Plug; problems: Diagnostic[] } {
  const manifest = readManifest(tree, place.file, context.secretNames);
  const shape = readShape(manifest, plugShape);
  reportOldKeys(manifest);
  const own = readConstraints(manifest, manifest.value, [], context.constraintKeys);
  const parts = readName(manifest, own);
  const src_instance = sourceAddress(manifest, place, context.instances);
  const dst_instance = destinationAddress(manifest, place, context.instances);
  if (src_instance === dst_instance) reportSelf(manifest, src_instance);
  if (!parts) return { problems: manifest.problems };
  const { topic, role, format, mode } = parts;
  const ends = { src: place.source.product, dst: productOf(dst_instance, context.instances), topic };
  const configs = checkPlugSecrets(manifest, shape, ends, context.products);
  const owner = ownerAddress(manifest, [src_instance, dst_instance], context.instances);
  const kind = shape.kind ? kindNames[shape.kind] : role && kindOf(role);
  const plug: Plug = {
    manifest: manifest.file,
    src_instance,
    dst_instance,
    topic,
    kind,
    constraints: { ...(mode && { mode }), ...(format !== undefined && { format }), ...own },
    ...(owner !== undefined && { owner }),
    ...configs,
    ...(shape.status != null && { status: shape.status }),
    ...(shape.allow_cycle != null && { allow_cycle: shape.allow_cycle }),
    at: manifest.at([]),
    problems: manifest.problems,
  };
  return { plug, problems: manifest.problems };
}

/** Plugs that say the same as one before them. */
export function findDuplicates(plugs: readonly Plug[]): { plug: Plug; problem: Diagnostic }[] {
  const groups = groupBy(plugs, ({ src_instance, dst_instance, topic, kind, constraints }) =>
    JSON.stringify([src_instance, dst_instance, topic, kind, Object.entries(constraints).sort()]),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    others.map((plug) => ({
      plug,
      problem: {
        code: "PLUG_DUPLICATE",
        severity: "error",
        summary: `this plug is the same as ${first?.manifest}: ${plug.topic} from ${plug.src_instance} to ${plug.dst_instance}`,
        remedy: `\`git rm ${shellWord(plug.manifest)}\`, or set a constraint (mode, format, ...) that tells them apart`,
        at: plug.at,
      } satisfies Diagnostic,
    })),
  );
}

function productOf(address: string, instances: readonly Instance[]): string | undefined {
  return instances.find((instance) => instance.address === address)?.product;
}

function readName(manifest: Manifest, own: Constraints): NameParts | undefined {
  const topic = manifest.source(["topic"]) || undefined;
  const parts = splitPlugName(stemOf(manifest.file), { topic, format: own.format });
  const found = topic === undefined ? parts : { ...parts, topic };
  if (!found) {
    manifest.report("PLUG_NAME", `the name of ${manifest.file} holds no topic`, [], {
      remedy: "name the file <topic>[_<role>][_<format>][_push|_pull].yaml, or add the key `topic`",
    });
    return undefined;
  }
  const problem = checkName("topic", found.topic, manifest.at(["topic"]));
  if (problem) manifest.problems.push(problem);
  return problem ? undefined : found;
}

/** The source is known by the place of the file, whatever the manifest says. */
function sourceAddress(manifest: Manifest, { source }: PlugFile, instances: readonly Instance[]): string {
  const written = manifest.source(["src_instance"]);
  if (written !== undefined && written !== source.name && written !== `${source.product}/${source.name}`) {
    reportMismatch(manifest, "src_instance", written, source.name);
  }
  const full = `${source.product}/${source.name}`;
  const lookup = findInstance(instances, full);
  if ("found" in lookup) return lookup.found.address;
  manifest.report("INSTANCE_UNKNOWN", `the source \`${full}\` has no ${source.path}/config.yaml`, ["src_instance"], {
    remedy: `\`meshroom add ${shellWord(source.product)} ${shellWord(source.name)}\``,
  });
  return full;
}

/** The folder's name counts, except that the manifest may say of which product (`product/name`), which a folder can't. */
function destinationAddress(manifest: Manifest, place: PlugFile, instances: readonly Instance[]): string {
  const key = manifest.value.dst_instance === undefined ? "dst_tenant" : "dst_instance";
  const written = manifest.source([key]);
  const isQualified = written?.includes("/") ?? false;
  if (written !== undefined && !isQualified && written !== place.destination) {
    reportMismatch(manifest, key, written, place.destination);
  }
  const reference = written !== undefined && isQualified ? written : place.destination;
  const lookup = findInstance(instances, reference);
  if ("found" in lookup) return lookup.found.address;
  if ("ambiguous" in lookup) {
    reportAmbiguous(manifest, reference, lookup.ambiguous, [key]);
    return reference;
  }
  manifest.report("INSTANCE_UNKNOWN", `there is no instance \`${reference}\``, [key], {
    remedy: lookup.nearest
      ? `did you mean \`${lookup.nearest}\`?`
      : `\`meshroom add <product> ${shellWord(reference)}\``,
  });
  return reference;
}

/** An owner is one of the ends; which of two is for the resolver to judge when it is neither. */
function ownerAddress(manifest: Manifest, ends: readonly string[], instances: readonly Instance[]): string | undefined {
  const written = manifest.source(["owner"]) || undefined;
  if (written === undefined) return undefined;
  const named = instances.filter(({ name, product, address }) => {
    return ends.includes(address) && (name === written || `${product}/${name}` === written);
  });
  if (named.length > 1) reportAmbiguous(manifest, written, named, ["owner"]);
  return named.length === 1 ? named[0]?.address : written;
}

function reportAmbiguous(manifest: Manifest, reference: string, found: readonly Instance[], path: string[]): void {
  const addresses = found.map(({ address }) => `\`${address}\``);
  manifest.report(
    "INSTANCE_AMBIGUOUS",
    `\`${reference}\` is the name of ${found.length} instances: ${addresses.join(" and ")}`,
    path,
    {
      remedy: `write ${path.join(".")} with its product: ${addresses.join(" or ")}`,
    },
  );
}

function reportSelf(manifest: Manifest, address: string): void {
  manifest.report("PLUG_SELF", `a plug joins two instances, found \`${address}\` at both ends`, ["dst_instance"], {
    remedy: "choose another destination, or remove the file",
  });
}
