// The plugs of a project with what they carry, as the capabilities at their ends decide it.
import { isError } from "../../diagnostic";
import { isResolved, resolveEnds } from "../../graph/resolve-plug";
import type { Constraints, Plug, PlugKind, Project } from "../../model/types";
import { findPlugs } from "../finding/find-plugs";
import { requireInstance } from "../finding/lookup";

export interface ListedPlug {
  source: string;
  destination: string;
  topic: string;
  kind: PlugKind | undefined;
  /** `mode` and every other constraint. */
  constraints: Constraints;
  manifest: string;
  /** What keeps it from being set up; absent where nothing does. */
  problem?: string;
}

export interface PlugFilter {
  source?: string;
  destination?: string;
  topic?: string;
  mode?: string;
}

/** Sorted by manifest. @throws MeshroomError INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS for an end that isn't one */
export function listPlugs(project: Project, { source, destination, topic, mode }: PlugFilter): ListedPlug[] {
  const from = source === undefined ? undefined : requireInstance(project, source).address;
  const to = destination === undefined ? undefined : requireInstance(project, destination).address;
  const query = { source: from, destination: to, topic, constraints: { ...(mode !== undefined && { mode }) } };
  return findPlugs(project, query).map((plug) => describePlug(project, plug));
}

function describePlug(project: Project, plug: Plug): ListedPlug {
  const ends = resolveEnds(project, plug);
  const [problem] = isResolved(ends) ? plug.problems.filter(isError) : ends.problems;
  return {
    source: plug.src_instance,
    destination: plug.dst_instance,
    topic: plug.topic,
    kind: isResolved(ends) ? ends.kind : plug.kind,
    constraints: isResolved(ends) ? ends.constraints : plug.constraints,
    manifest: plug.manifest,
    ...(problem && { problem: problem.summary }),
  };
}
