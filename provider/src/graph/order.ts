// The order in which plugs are listed and set up.
import type { ResolvedPlug } from "./resolved-plug";

/**
 * Plugs sorted by manifest path, so that every listing and every run shows them alike.
 *
 * No plug waits for another. A plug needs its two instances, which exist without any plug, so a mesh may hold cycles
 * (an EDR sends events to a SIEM, the SIEM triggers a search in the EDR) and they need no order, no cut and no error.
 */
export function setUpOrder(resolved: readonly ResolvedPlug[]): ResolvedPlug[] {
  return [...resolved].sort((a, b) =>
    a.plug.manifest < b.plug.manifest ? -1 : a.plug.manifest > b.plug.manifest ? 1 : 0,
  );
}
