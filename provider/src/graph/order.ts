// The order in which plugs are listed and set up.
import type { ResolvedPlug } from "./resolved-plug";

/**
 * Plugs sorted by manifest path, so that every listing and every run shows them alike.
 *
 * No plug waits for another: a plug needs its two instances, which exist without any plug. So a mesh may hold loops
 * (an EDR sends events to a SIEM, the SIEM triggers a search in the EDR); only data of one topic must not run in circles (see cycles.ts).
 */
export function setUpOrder(resolved: readonly ResolvedPlug[]): ResolvedPlug[] {
  return [...resolved].sort((a, b) =>
    a.plug.manifest < b.plug.manifest ? -1 : a.plug.manifest > b.plug.manifest ? 1 : 0,
  );
}
