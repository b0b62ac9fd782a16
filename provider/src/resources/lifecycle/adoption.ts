// `status: up` in a plug's manifest is how another tool says that it has set the plug up. After our teardown it would be a lie.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "yaml";
import type { Json } from "../../hooks/api";
import { deleteIn, editManifest, writeFileWhole } from "../../model/edit";
import type { PlugOutputs } from "../inputs";
import { logToResource } from "./engine-log";

/**
 * Removes `status: up` from the manifest of a plug that was taken over, and those settings that its teardown hooks have deleted (`left`:
 * what they have left), keeping comments and all other keys.
 */
export async function forgetAdoption(root: string, outs: PlugOutputs, left: Record<string, Json>): Promise<void> {
  const path = join(root, outs.__manifest);
  if (!outs.__adopt || !existsSync(path)) return;
  const deleted = Object.keys(outs.settings ?? {}).filter((key) => !(key in left));
  const forget = (document: Document) => {
    deleteIn(document, ["status"]);
    for (const key of deleted) deleteIn(document, ["settings", key]);
  };
  writeFileWhole(path, editManifest(readFileSync(path, "utf8"), forget));
  await logToResource(outs.__urn, "info", `${outs.__manifest}: removed \`status: up\`, since the plug is down now`);
}
