// Data that would run in circles: plugs of one topic that lead from an instance back to itself.
import type { Diagnostic } from "../diagnostic";
import type { Plug } from "../model/types";
import type { ResolvedPlug } from "./resolved-plug";

/**
 * Plugs that are part of a cycle, each with its problem. Only data of the same topic can run in circles: an EDR that sends events to a SIEM
 * which has the EDR search is a loop that a SOC wants. Plugs that say `allow_cycle: true` are left out: their ends tell their own data apart.
 * Linear in plugs (a depth-first search per topic).
 */
export function findCycles(resolved: readonly ResolvedPlug[]): Map<Plug, Diagnostic> {
  const problems = new Map<Plug, Diagnostic>();
  const topics = new Map<string, Map<string, ResolvedPlug[]>>();
  for (const plug of resolved) {
    if (plug.kind !== "data" || plug.plug.allow_cycle) continue;
    const edges = topics.get(plug.topic) ?? new Map<string, ResolvedPlug[]>();
    topics.set(plug.topic, edges);
    const source = plug.source.instance.address;
    edges.set(source, [...(edges.get(source) ?? []), plug]);
  }
  for (const edges of topics.values()) {
    for (const cycle of cyclesOf(edges))
      for (const { plug } of cycle) if (!problems.has(plug)) problems.set(plug, describe(plug, cycle));
  }
  return problems;
}

/** One cycle per edge that leads back onto the path from which it was reached. */
function cyclesOf(edges: ReadonlyMap<string, readonly ResolvedPlug[]>): ResolvedPlug[][] {
  const found: ResolvedPlug[][] = [];
  const done = new Set<string>();
  const path: ResolvedPlug[] = [];
  const visit = (instance: string): void => {
    for (const plug of edges.get(instance) ?? []) {
      const next = plug.destination.instance.address;
      const start = path.findIndex((each) => each.source.instance.address === next);
      if (start >= 0) found.push([...path.slice(start), plug]);
      else if (next !== instance && !done.has(next)) {
        path.push(plug);
        visit(next);
        path.pop();
      }
    }
    done.add(instance);
  };
  for (const instance of edges.keys()) if (!done.has(instance)) visit(instance);
  return found;
}

function describe(plug: Plug, cycle: readonly ResolvedPlug[]): Diagnostic {
  const round = [...cycle.map(({ source }) => source.instance.address), cycle[0]?.source.instance.address].join(" -> ");
  return {
    code: "PLUG_CYCLE",
    severity: "error",
    summary: `plug ${plug.manifest} is part of a cycle: ${plug.topic} would run from ${round}`,
    remedy: `remove one of the plugs (\`git rm ${plug.manifest}\`), or set \`allow_cycle: true\` in one of them where the products tell their own data apart`,
    at: plug.at,
  };
}
