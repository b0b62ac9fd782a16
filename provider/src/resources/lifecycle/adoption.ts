// `status: up` in a plug's manifest is how another tool says that it has set the plug up. After our teardown it would be a lie.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "yaml";
import type { Json } from "../../base/json";
import { writeFileWhole } from "../../base/write-file";
import type { PlugInputs, PlugPlan } from "../../mesh/stored";
import { logToResource } from "./engine-log";

/**
 * Removes `status: up` from the manifest of a plug that was taken over, and those of its settings that teardown hooks have deleted (`left`:
 * what they have left), keeping comments and all other keys.
 */
export async function forgetAdoption(
  root: string,
  { manifest, adopt }: PlugPlan,
  { settings, __urn }: PlugInputs,
  left: Record<string, Json>,
): Promise<void> {
  const path = join(root, manifest);
  if (!adopt || !existsSync(path)) return;
  const { deleteIn, editManifest } = await import("../../model/edit-manifest.js");
  const deleted = Object.keys(settings ?? {}).filter((key) => !(key in left));
  const forget = (document: Document) => {
    deleteIn(document, ["status"]);
    for (const key of deleted) deleteIn(document, ["settings", key]);
  };
  writeFileWhole(path, editManifest(readFileSync(path, "utf8"), forget));
  await logToResource(__urn, "info", `${manifest}: removed \`status: up\`, since the plug is down now`);
}
