// `down`: tears plugs down and keeps their manifests, so that the next `up` sets them up again.

import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { plugName } from "../../graph/render";
import { openProject } from "../../mesh/open";
import type { Project } from "../../model/types";
import { interruptedPlugs } from "../engine/adopt-pending";
import { type Deployment, findDeployment } from "../engine/deployment";
import { openStack } from "../engine/open-stack";
import { type Plan, type PlanRequest, planOf } from "../engine/plan";
import { recoverUnlessLocked } from "../engine/recover-stack";
import { type RunOptions, runEngine, type Verb } from "../engine/run-engine";
import { exportStack, readStack, resourcesOf, type StoredPlug, stackName, storedPlugs } from "../engine/stack-state";
import { findPlugs, fits, isWholeMesh, type PlugQuery, resolveQuery, unknownPlug } from "../finding/find-plugs";

/**
 * A plan without changes where nothing of the selection is up. Only plugs are torn down: whatever else a Pulumi program has stays.
 * @throws MeshroomError as planUp
 */
export async function planDown(request: PlanRequest): Promise<Plan> {
  const project = openProject(request.root);
  const deployment = findDeployment(project.root, request.stack);
  const { plugs: stored, recovered } = await readPlugs(deployment);
  const plugs = chooseStored(project, stored, request.selection);
  if (plugs.length === 0) {
    return nothingUp(deployment, [...recovered, ...markedElsewhere(project, request.selection)]);
  }
  const stack = await openStack(deployment, noProgram);
  const targets = plugs.map(({ urn }) => urn);
  const run = (verb: Verb, options: RunOptions) =>
    runEngine(deployment, stack, verb, { ...options, targets, refresh: request.refresh });
  const preview = await run("preview-down", request);
  return planOf(deployment, stack.name, preview, recovered, (options) => run("down", options));
}

/** Destroying runs none: the state says all. */
async function noProgram(): Promise<void> {}

/** What a killed run was at work on is up in part, so it is taken into the state first. */
async function readPlugs(deployment: Deployment): Promise<{ plugs: StoredPlug[]; recovered: readonly Diagnostic[] }> {
  const exported = await exportStack(deployment);
  if (!exported) return { plugs: [], recovered: [] };
  if (interruptedPlugs(exported).length === 0) {
    return { plugs: storedPlugs(deployment, resourcesOf(exported)), recovered: [] };
  }
  const recovered = await recoverUnlessLocked(deployment, await stackName(deployment));
  const resources = (await readStack(deployment)) ?? [];
  return { plugs: storedPlugs(deployment, resources), recovered };
}

/** Plugs that are up, although their manifests or instances may have left the tree. @throws MeshroomError INSTANCE_UNKNOWN, PLUG_UNKNOWN */
function chooseStored(project: Project, stored: readonly StoredPlug[], selection: PlugQuery): StoredPlug[] {
  const addresses = stored.flatMap(({ source, destination }) => [source, destination]);
  const resolved = resolveQuery(project, selection, addresses);
  const chosen = stored.filter((plug) => fits(resolved, plug));
  const isInTree = findPlugs(project, resolved).length > 0;
  if (chosen.length === 0 && !isInTree && !isWholeMesh(selection))
    throw new MeshroomError(unknownPlug(project, resolved));
  return chosen;
}

async function nothingUp(deployment: Deployment, problems: readonly Diagnostic[]): Promise<Plan> {
  const nothing = { results: [], problems: [], isCancelled: false, isDone: true };
  const stack = deployment.stack ?? (await stackName(deployment));
  return { deployment, stack, changes: [], problems, canRun: true, run: async () => nothing };
}

/** Plugs that another tool has set up: there is no state of them to tear them down by. */
function markedElsewhere(project: Project, selection: PlugQuery): Diagnostic[] {
  const marked = findPlugs(project, resolveQuery(project, selection)).filter(({ status }) => status === "up");
  return marked.map((plug) => ({
    code: "PLUG_UP",
    severity: "warning",
    summary: `${plugName(plug)} was set up by another tool, as \`status: up\` in its manifest says`,
    remedy: "`meshroom up` takes it over, then `meshroom down` tears it down",
    at: plug.at,
  }));
}
