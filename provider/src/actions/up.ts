// `up`: sets up the mesh, or the plugs of a selection with the records of the instances that they need.
import { plugName } from "../graph/render";
import type { Plug, Project } from "../model/types";
import { choosePlugs, isWholeMesh } from "./choose-plugs";
import { findDeployment } from "./engine/deployment";
import type { ResourceRef } from "./engine/events";
import { openStack } from "./engine/open-stack";
import { diagnosticsOf, type EngineRun, type Problem, runEngine } from "./engine/run";
import { openProject } from "./open-project";
import { listening, type Outcome, outcomeOf, type Plan, shownChanges, type UpRequest } from "./plan";

/** @throws MeshroomError as openProject and choosePlugs; ENGINE_MISSING, STACK_UNKNOWN, STACK_LOCKED, ENGINE_FAILED */
export async function planUp(request: UpRequest): Promise<Plan> {
  const { root, selection, refresh } = request;
  const project = openProject(root);
  const scope = isWholeMesh(selection) ? undefined : scopeOf(project, choosePlugs(project, selection));
  const deployment = findDeployment(project.root, request.stack);
  const stack = await openStack(deployment, request.program);
  const engine = { targets: scope?.targets, refresh };
  const preview = await runEngine(deployment, stack, "preview-up", { ...engine, ...listening(request) });
  return {
    deployment,
    stack: stack.name,
    changes: shownChanges(preview.changes),
    problems: diagnosticsOf(preview.problems),
    canRun: !preview.isCancelled && isSound(preview, scope),
    run: async (options) =>
      finish(await runEngine(deployment, stack, "up", { ...engine, ...listening(options) }), scope),
  };
}

function finish(run: EngineRun, scope: Scope | undefined): Outcome {
  return outcomeOf(run, !run.isCancelled && run.failed.size === 0 && isSound(run, scope));
}

/** The plugs of a selection and what they stand on. */
interface Scope {
  targets: string[];
  isWanted(resource: ResourceRef): boolean;
}

/** The engine makes nothing that is not named, parents included. */
function scopeOf(project: Project, plugs: readonly Plug[]): Scope {
  const addresses = new Set(plugs.flatMap((plug) => [plug.src_instance, plug.dst_instance]));
  const products = project.instances.filter(({ address }) => addresses.has(address)).map(({ product }) => product);
  const names = { plug: plugs.map(plugName), instance: [...addresses], product: [...new Set(products)] };
  const pattern = (type: string) => (name: string) => `**:dynamic/meshroom:${type}::${name}`;
  return {
    targets: [
      "**::pulumi:pulumi:Stack::*",
      "**meshroom:index:Mesh::*",
      ...names.product.map(pattern("Product")),
      ...names.instance.map(pattern("Instance")),
      ...names.plug.map(pattern("Plug")),
    ],
    isWanted: ({ kind, name }) => kind in names && names[kind as keyof typeof names].includes(name),
  };
}

/**
 * What is wrong elsewhere in the mesh does not keep a selection from being set up: the program says so of each resource, then fails as a
 * whole, so its last word counts only where nothing else was said.
 */
function isSound({ isComplete, problems }: EngineRun, scope: Scope | undefined): boolean {
  if (isComplete) return true;
  const errors = problems.filter(({ severity }) => severity === "error");
  const elsewhere = errors.filter(({ resource }) => resource && isOurs(resource) && !scope?.isWanted(resource));
  const rest = errors.filter((problem) => !elsewhere.includes(problem) && !isVerdict(problem));
  return scope !== undefined && elsewhere.length > 0 && rest.length === 0;
}

function isOurs({ kind }: ResourceRef): boolean {
  return kind === "plug" || kind === "instance" || kind === "product";
}

/** The mesh's own last word, which is about no resource but itself. */
function isVerdict({ resource, text }: Problem): boolean {
  return (resource === undefined || resource.kind === "internal") && /\bthe mesh has \d+ problems?\b/.test(text);
}
