// `status: up` in a plug's manifest is how another tool says that it has set the plug up. After our teardown it would be a lie.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlugPlan } from "../inputs";
import { logToResource } from "./engine-log";

/** Removes `status: up` from the manifest of a plug that was taken over, keeping comments and all other keys. */
export async function forgetAdoption(root: string, { manifest, adopt }: PlugPlan, urn: string): Promise<void> {
  const path = join(root, manifest);
  if (!adopt || !existsSync(path)) return;
  const { deleteIn, editManifest, writeFileWhole } = await import("../../model/edit.js");
  writeFileWhole(
    path,
    editManifest(readFileSync(path, "utf8"), (document) => deleteIn(document, ["status"])),
  );
  await logToResource(urn, "info", `${manifest}: removed \`status: up\`, since the plug is down now`);
}
