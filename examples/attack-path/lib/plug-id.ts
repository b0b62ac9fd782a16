// A name for what a plug owns at a product: files, jails, tables, bouncers.
import type { HookPlug } from "pulumi-meshroom/hooks";

/** `alerts: waf -> siem` becomes `mesh_alerts_waf_siem`: safe in paths and in every product's configuration language. */
export function plugId(plug: Pick<HookPlug, "name">): string {
  return `mesh_${plug.name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "")}`;
}
