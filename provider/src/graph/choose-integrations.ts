// Which integration serves each end of a plug: the most specific ones that agree with the plug and with each other.
import type { Constraints, Integration, Role } from "../model/types";
import type { Endpoint, Endpoints } from "./find-ends";
import { combineConstraints } from "./match";

export interface IntegrationChoice {
  source?: Integration;
  destination?: Integration;
}

/**
 * The integration of each end, most constraints set first, then manifest order. Capabilities may leave open what
 * integrations fix (a JSON and a CEF one for a topic that is produced in any format): then a pair that agrees is
 * preferred, so that both ends are set up for the same thing.
 */
export function chooseIntegrations(
  ends: Endpoints,
  topic: string,
  roles: { source: Role; destination: Role },
  constraints: Constraints,
): IntegrationChoice {
  const sources = candidates(ends.source, ends.destination, topic, roles.source, constraints);
  const destinations = candidates(ends.destination, ends.source, topic, roles.destination, constraints);
  const pairs = sources.flatMap((source) =>
    destinations.flatMap((destination) => {
      const combined = combineConstraints(source.constraints, destination.constraints);
      return combined ? [{ source, destination, specificity: Object.keys(combined).length }] : [];
    }),
  );
  const [best] = pairs.sort((a, b) => b.specificity - a.specificity);
  return best
    ? { source: best.source, destination: best.destination }
    : { source: sources[0], destination: destinations[0] };
}

/** The integrations that could serve an end, the most specific first. */
function candidates(end: Endpoint, peer: Endpoint, topic: string, role: Role, constraints: Constraints): Integration[] {
  return end.product.integrations
    .filter((one) => one.target === peer.product.name && one.topic === topic && one.role === role)
    .filter((one) => combineConstraints(one.constraints, constraints))
    .sort((a, b) => Object.keys(b.constraints).length - Object.keys(a.constraints).length);
}
