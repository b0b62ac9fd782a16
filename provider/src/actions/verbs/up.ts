// `up`: sets up the mesh, or the plugs of a selection with the records of the instances that they need.

import { openProject } from "../../mesh/open";
import { findDeployment } from "../engine/deployment";
import { openStack } from "../engine/open-stack";
import { type Plan, planOf, type UpRequest } from "../engine/plan";
import { hasMarks, recoverUnlessLocked } from "../engine/recover-stack";
import { type RunOptions, runEngine, type Verb } from "../engine/run-engine";
import { scopeOf, withinScope } from "../engine/scope";
import { choosePlugs, isWholeMesh } from "../finding/find-plugs";

/**
 * What a killed run was at work on is taken into the state first, so that the plan tells of it.
 * @throws MeshroomError as openProject and choosePlugs; ENGINE_MISSING, STACK_UNKNOWN, STACK_LOCKED, ENGINE_FAILED
 */
export async function planUp(request: UpRequest): Promise<Plan> {
  const project = openProject(request.root, request.isStatic ? "leave" : "run");
  const { selection, refresh } = request;
  const scope = isWholeMesh(selection) ? undefined : scopeOf(project, choosePlugs(project, selection));
  const deployment = findDeployment(project.root, request.stack);
  const stack = await openStack(deployment, request.program);
  const run = async (verb: Verb, options: RunOptions) => {
    const found = await runEngine(deployment, stack, verb, { ...options, targets: scope?.targets, refresh });
    return scope ? withinScope(found, scope) : found;
  };
  let [preview, isInterrupted] = await Promise.all([run("preview-up", request), hasMarks(deployment)]);
  const recovered = isInterrupted ? await recoverUnlessLocked(deployment, stack.name) : [];
  if (recovered.length > 0) preview = await run("preview-up", request);
  return planOf(deployment, stack.name, preview, recovered, (options) => run("up", options));
}
