// `status: up` in a plug's manifest is how another tool says that it has set the plug up. After our teardown it would be a lie.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deleteIn, editManifest, writeFileWhole } from "../../model/edit";
import type { PlugOutputs } from "../inputs";
import { logToResource } from "./engine-log";

/** Removes `status: up` from the manifest of a plug that was taken over, keeping comments and all other keys. */
export async function forgetAdoption(root: string, outs: PlugOutputs): Promise<void> {
  const path = join(root, outs.__manifest);
  if (!outs.__adopt || !existsSync(path)) return;
  writeFileWhole(path, editManifest(readFileSync(path, "utf8"), (document) => deleteIn(document, ["status"])));
  await logToResource(outs.__urn, "info", `${outs.__manifest}: removed \`status: up\`, since the plug is down now`);
}
