// A data source for Sagan's EVE log, which has the format of Suricata's.
import { closeSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../../../lib/files.ts";
import { plugId } from "../../../../lib/plug-id.ts";
import { reload } from "../../client/daemon.ts";

/** Add the EVE log as a data source */
export const addSource = setup({ ownsBoth: true }, async (context) => {
  const { instance, peer, signal } = context;
  closeSync(openSync(peer.settings.eve_log, "a")); // CrowdSec follows a file that is there
  // Written first, read after: a second plug that changes files now is served by the same reload.
  writeWhole(fileOf(context), sourceOf(context));
  await reload(instance, signal);
});

/** Remove the data source */
export const removeSource = teardown(async (context) => {
  if (removeFile(fileOf(context))) await reload(context.instance, context.signal);
});

/** Is the data source still there? */
export const checkSource = status((context) => {
  const text = readIfThere(fileOf(context));
  if (text === undefined) return false;
  return text === sourceOf(context) || `the data source ${plugId(context.plug)}.yaml was changed`;
});

function fileOf({ instance, plug }: PlugContext): string {
  return join(instance.settings.folder, "acquis.d", `${plugId(plug)}.yaml`);
}

/** JSON is YAML. */
function sourceOf({ peer, integration }: PlugContext): string {
  const source = { filenames: [resolve(peer.settings.eve_log)], labels: { type: integration?.log_type } };
  return `# Written by Meshroom.\n${JSON.stringify(source)}\n`;
}
