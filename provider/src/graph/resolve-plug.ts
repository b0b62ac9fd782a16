// From a plug in the tree to everything that setting it up means: kind, constraints, owners and steps, or what is wrong.
import type { HookDescription } from "../model/hook";
import type { Plug, Project } from "../model/types";
import { type CapabilityChoice, chooseCapabilities, rolesOf } from "./choose-capabilities";
import { chooseIntegrations } from "./choose-integrations";
import { decideOwners, type HookedEnd } from "./decide-owners";
import { explainMismatch } from "./explain-mismatch";
import { type Endpoints, findEnds } from "./find-ends";
import {
  type EndHooks,
  isResolved,
  type PlugEnd,
  type PlugResolution,
  type Problems,
  type ResolvedEnds,
  type Side,
  type Step,
} from "./resolved-plug";

export {
  type EndHooks,
  isResolved,
  type PlugEnd,
  type PlugResolution,
  type Problems,
  type ResolvedEnds,
  type ResolvedPlug,
  type Step,
} from "./resolved-plug";

/**
 * Decides all there is to decide about one plug. Pure: `endHooks` answers which hooks serve an end, in running order.
 * Fails only for what the plug needs: itself, its two instances, their products. `resolved`: its ends, where they are known.
 */
export function resolvePlug(
  project: Project,
  plug: Plug,
  endHooks: (end: PlugEnd) => EndHooks,
  resolved: ResolvedEnds | Problems = resolveEnds(project, plug),
): PlugResolution {
  if (!isResolved(resolved)) return resolved;
  const { kind, mode, constraints, source, destination } = resolved;
  const hooked = {
    source: { end: source, hooks: endHooks(source) },
    destination: { end: destination, hooks: endHooks(destination) },
  };
  const ownership = decideOwners(plug, mode, hooked.source, hooked.destination);
  if (!isResolved(ownership)) return ownership;

  const { owners, reason } = ownership;
  const steps = orderSteps(owners, hooked);
  return { plug, kind, topic: plug.topic, mode, constraints, source, destination, owners, ...steps, reason };
}

/** Both are never changed, so each plug is resolved once, whoever asks. */
const known = new WeakMap<Project, WeakMap<Plug, ResolvedEnds | Problems>>();

/** What a plug connects, whoever sets it up: enough to exchange data through it. */
export function resolveEnds(project: Project, plug: Plug): ResolvedEnds | Problems {
  const ofProject = known.get(project) ?? new WeakMap();
  known.set(project, ofProject);
  const ends = ofProject.get(plug) ?? findResolvedEnds(project, plug);
  ofProject.set(plug, ends);
  return ends;
}

function findResolvedEnds(project: Project, plug: Plug): ResolvedEnds | Problems {
  const ends = findEnds(project, plug);
  if (!isResolved(ends)) return ends;
  const choice = chooseCapabilities(plug, ends.source.product, ends.destination.product);
  if (!choice) return { problems: explainMismatch(plug, ends) };
  const [source, destination] = describeEnds(plug, ends, choice);
  const { kind, mode, constraints } = choice;
  return { kind, topic: plug.topic, mode, constraints, source, destination };
}

function describeEnds(plug: Plug, ends: Endpoints, { kind, constraints }: CapabilityChoice): [PlugEnd, PlugEnd] {
  const roles = rolesOf(kind);
  const { topic } = plug;
  const integrations = chooseIntegrations(ends, topic, roles, constraints);
  const describe = (side: Side, peer: Side): PlugEnd => ({
    side,
    role: roles[side],
    instance: ends[side].instance,
    peer: ends[peer].instance,
    product: ends[side].product,
    topic,
    constraints,
    integration: integrations[side],
  });
  return [describe("source", "destination"), describe("destination", "source")];
}

/** An owner runs all its hooks, those for its own side included when it sets up both. */
function orderSteps(owners: readonly Side[], hooked: Readonly<Record<Side, HookedEnd>>) {
  const steps = (side: Side, hooks: readonly HookDescription[]): Step[] =>
    hooks.map((hook) => ({ side, instance: hooked[side].end.instance.address, hook }));
  return {
    setup: owners.flatMap((side) => steps(side, hooked[side].hooks.setup)),
    teardown: owners.flatMap((side) => steps(side, hooked[side].hooks.teardown)).reverse(),
    status: owners.flatMap((side) => steps(side, hooked[side].hooks.status)),
  };
}
