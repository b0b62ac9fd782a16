// What a plug is called.
import type { Plug } from "../model/types";
import type { ResolvedPlug } from "./resolved-plug";

/**
 * The name of a plug, unique in a project and stable as long as its manifest is not moved:
 * `<stem of the manifest>: <source> -> <destination>`.
 */
export function plugName(of: Plug | ResolvedPlug): string {
  const plug = "plug" in of ? of.plug : of;
  const file = plug.manifest.slice(plug.manifest.lastIndexOf("/") + 1);
  return `${file.replace(/\.ya?ml$/, "")}: ${plug.src_instance} -> ${plug.dst_instance}`;
}
