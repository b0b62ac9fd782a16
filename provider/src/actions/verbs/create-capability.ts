// Adds to a product's manifest what it can do.
import { isDeepStrictEqual } from "node:util";
import { isError, MeshroomError } from "../../diagnostic";
import { combineConstraints } from "../../graph/match";
import { editManifest } from "../../model/edit-manifest";
import { checkName } from "../../model/name";
import type { Constraints, Product, Project, Role } from "../../model/types";
import { addCapability } from "../../model/write-manifests";
import { FileChanges } from "../files/file-changes";

export interface CapabilityRequest {
  topic: string;
  role: Role;
  constraints: Constraints;
}

export interface CreatedCapability extends CapabilityRequest {
  product: string;
  manifest: string;
  /** False: the product had it before, and nothing was changed. */
  isNew: boolean;
}

/** @throws MeshroomError NAME_INVALID; the errors of the product's manifest, which must be repaired by hand */
export async function createCapability(
  project: Project,
  product: Product,
  request: CapabilityRequest,
): Promise<CreatedCapability> {
  const changes = new FileChanges(project.root);
  const created = draftCapability(changes, product, request);
  await changes.apply(() => undefined);
  return created;
}

/** Plans the change without making it. */
export function draftCapability(
  changes: FileChanges,
  product: Product,
  { topic, role, constraints }: CapabilityRequest,
): CreatedCapability {
  const problem = checkName("topic", topic);
  if (problem) throw new MeshroomError(problem);
  const manifest = product.manifest ?? `${product.path}/definition.yaml`;
  const created = { product: product.name, topic, role, constraints, manifest };
  const isThere = product.capabilities.some(
    (each) =>
      each.at.file === manifest && // not one that only a hook implies
      each.role === role &&
      each.topic === topic &&
      isDeepStrictEqual(each.constraints, constraints),
  );
  if (isThere) return { ...created, isNew: false };
  const broken = product.problems.filter((each) => isError(each) && each.at?.file === manifest);
  if (broken.length > 0) throw new MeshroomError(broken);
  const before = changes.textOf(manifest) ?? `name: ${product.name}\n`;
  changes.write(
    manifest,
    editManifest(before, (document) => addCapability(document, role, topic, constraints), manifest),
  );
  return { ...created, isNew: true };
}

/** Does the product do it already, be it in general or with just these constraints? */
export function hasCapability(product: Product, { topic, role, constraints }: CapabilityRequest): boolean {
  return product.capabilities.some(
    (each) =>
      each.role === role &&
      (each.topic === undefined || each.topic === topic) &&
      combineConstraints(each.constraints, constraints) !== undefined,
  );
}
