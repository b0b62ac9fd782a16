// One plug of a project, by what people say of it.

import { describeConstraints, meshroomCommand } from "../../base/words";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { combineConstraints } from "../../graph/match";
import { isResolved, resolveEnds } from "../../graph/resolve-plug";
import type { Constraints, Plug, Project } from "../../model/types";

export interface PlugQuery {
  topic: string;
  /** Address of an existing instance. */
  source: string;
  destination: string;
  /** Those that were said; what is left open fits any. */
  constraints: Constraints;
}

/** Plugs that fit. */
export function findPlugs(project: Project, { topic, source, destination, constraints }: PlugQuery): Plug[] {
  return project.plugs.filter(
    (plug) =>
      plug.topic === topic &&
      plug.src_instance === source &&
      plug.dst_instance === destination &&
      combineConstraints(effectiveConstraints(project, plug), constraints) !== undefined,
  );
}

/** @throws MeshroomError PLUG_UNKNOWN, PLUG_AMBIGUOUS */
export function requirePlug(project: Project, query: PlugQuery, verb: string): Plug {
  const [plug, ...others] = findPlugs(project, query);
  if (!plug) throw new MeshroomError(unknownPlug(project, query));
  if (others.length > 0) throw new MeshroomError(ambiguousPlug(project, query, [plug, ...others], verb));
  return plug;
}

/** What the plug carries as far as its capabilities tell, else what its manifest says. */
export function effectiveConstraints(project: Project, plug: Plug): Constraints {
  const ends = resolveEnds(project, plug);
  return isResolved(ends) ? ends.constraints : { mode: "push", ...plug.constraints };
}

export function ambiguousPlug(
  project: Project,
  { topic, source, destination }: PlugQuery,
  found: readonly Plug[],
  verb: string,
): Diagnostic {
  const commands = found.map((plug) => {
    const { mode, format } = effectiveConstraints(project, plug);
    const options = [...(mode ? ["-m", mode] : []), ...(format ? ["-f", format] : [])];
    return `\`${meshroomCommand(verb, [topic, source, destination], options)}\``;
  });
  return {
    code: "PLUG_AMBIGUOUS",
    severity: "error",
    summary: `${found.length} plugs carry ${topic} from ${source} to ${destination}: ${found.map(({ manifest }) => manifest).join(", ")}`,
    remedy: `say which: ${commands.join(" or ")}`,
  };
}

function unknownPlug(project: Project, { topic, source, destination, constraints }: PlugQuery): Diagnostic {
  const described = describeConstraints(constraints);
  const between = project.plugs.filter((plug) => plug.src_instance === source && plug.dst_instance === destination);
  const reversed = project.plugs.some((plug) => plug.src_instance === destination && plug.dst_instance === source);
  const topics = [...new Set(between.map((plug) => `\`${plug.topic}\``))];
  return {
    code: "PLUG_UNKNOWN",
    severity: "error",
    summary: `there is no plug for ${topic} from ${source} to ${destination}${described ? ` (${described})` : ""}`,
    remedy:
      topics.length > 0
        ? `between the two there are plugs for ${topics.join(", ")}: see \`${meshroomCommand("list plugs", [source, destination])}\``
        : reversed
          ? `there is one from ${destination} to ${source}: the source is named first`
          : "see `meshroom list plugs`",
  };
}
