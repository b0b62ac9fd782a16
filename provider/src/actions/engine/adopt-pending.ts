// Marks of begun operations in a stack's state, made resources: what a killed run was at work on is known, so it can be set up to its end
// or torn down.

import { planIn } from "../../mesh/pack-plan";
import { type ResourceRef, resourceOf } from "./events";

/** A stack as `pulumi stack export` gives it, as far as it matters here; the rest is passed on as it is. */
export interface ExportedStack {
  deployment?: ExportedDeployment;
}

export interface ExportedDeployment {
  resources?: ExportedResource[];
  pending_operations?: PendingOperation[];
}

export interface ExportedResource {
  urn: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  /** Replaced, and still to be deleted. */
  delete?: boolean;
  /** Deleted already, and still to be created anew. */
  pendingReplacement?: boolean;
}

/** Written by the engine before it calls the provider. */
export interface PendingOperation {
  type: string;
  resource: ExportedResource;
}

/** What a run was doing with a plug when it was killed. */
export interface Interrupted extends ResourceRef {
  operation: "setup" | "update" | "teardown";
}

const operations: Readonly<Record<string, Interrupted["operation"]>> = {
  creating: "setup",
  updating: "update",
  deleting: "teardown",
};

const MESH_KINDS: readonly ResourceRef["kind"][] = ["plug", "instance", "product"];

/** The plugs that the state has marks of. */
export function interruptedPlugs({ deployment }: ExportedStack): Interrupted[] {
  return (deployment?.pending_operations ?? []).flatMap(({ type, resource }) => {
    const operation = operations[type];
    const ref = resourceOf(resource.urn);
    return operation && ref.kind === "plug" ? [{ ...ref, operation }] : [];
  });
}

/**
 * Takes the mesh's marks out of an exported stack and leaves in it what they stand for: each plug as one that is not whole, none of its
 * steps counted as done. `up` then sets it up from the first step, `down` and `destroy` tear it down. Records of instances and products are
 * made anew by any `up`. Marks of other resources stay: they are their owners' business.
 * @returns what was interrupted; empty where there is nothing to do
 */
export function adoptPending(exported: ExportedStack): Interrupted[] {
  const { deployment } = exported;
  const interrupted = interruptedPlugs(exported);
  if (!deployment?.pending_operations) return [];
  for (const { type, resource } of deployment.pending_operations) {
    if (resourceOf(resource.urn).kind === "plug") adopt(deployment, type, resource);
  }
  deployment.pending_operations = deployment.pending_operations.filter(
    ({ resource }) => !MESH_KINDS.includes(resourceOf(resource.urn).kind),
  );
  return interrupted;
}

function adopt(deployment: ExportedDeployment, type: string, marked: ExportedResource): void {
  deployment.resources ??= [];
  const index = deployment.resources.findIndex((each) => each.urn === marked.urn && !each.delete);
  const known = deployment.resources[index];
  if (type === "creating") {
    const made = unwhole(marked, { ...marked.inputs, state: marked.inputs?.settings ?? {} }, type);
    if (!known) deployment.resources.push(made);
    // The first half of a replacement is over: what stands in the state has been torn down.
    else if (known.pendingReplacement) deployment.resources[index] = made;
  } else if (known) deployment.resources[index] = unwhole(known, known.outputs ?? {}, type);
}

/** As our provider leaves a plug whose set-up has failed; the engine calls update for it at every `up`, whether or not something differs. */
function unwhole(resource: ExportedResource, outputs: Record<string, unknown>, type: string): ExportedResource {
  return {
    ...resource,
    id: resource.id || "plug",
    outputs: { ...outputs, __done: 0, __touched: touchedSides(outputs) },
    initErrors: [`the run was ended while it was ${type} the plug`],
  };
}

/** Teardown runs on the sides whose set-up may have begun. */
function touchedSides(outputs: Record<string, unknown>): string[] {
  const sides = (planIn(outputs)?.steps ?? []).flatMap(({ kind, side }) => (kind === "setup" ? [side] : []));
  return [...new Set([...sides, ...(Array.isArray(outputs.__touched) ? (outputs.__touched as string[]) : [])])];
}
