// Pulls threats from any TAXII server. The server's hook runs first and leaves its address and password in the plug.
import { join, resolve } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../lib/files.ts";
import { plugId } from "../../lib/plug-id.ts";
import { checkService, removeService, startService } from "../../lib/services/service.ts";
import { pollerService } from "../../lib/taxii/service.ts";
import { ask, type Clamd, reload } from "./client/clamd.ts";
import type { SignatureSettings } from "./client/signature-sink.ts";

type End = Pick<PlugContext, "instance" | "plug">;
const scope = { role: "consumer", topic: "threats", mode: "pull", format: "stix" } as const;

/** Check that clamd answers */
export const checkClamd = setup({ ...scope, order: "first" }, async ({ instance }) => {
  const answer = await ask(instance.settings as Clamd, "PING");
  if (answer !== "PONG") throw new Error(`${instance.name} does not answer as clamd does: ${answer}`);
});

/** Poll the collection for file hashes */
export const startPoller = setup(scope, async ({ instance, plug, signal }) => {
  const end = { instance, plug };
  // Without its signatures the poller has to ask for all threats again: it begins anew with its folder.
  if (readIfThere(signaturesOf(end)) === undefined) await removeService(folderOf(end));
  writeWhole(signaturesOf(end), readIfThere(signaturesOf(end)) ?? "");
  const { host, port } = instance.settings;
  const { taxii_url: url, taxii_user: user } = plug.settings;
  const poller = pollerService<SignatureSettings>({
    url,
    user,
    password: await plug.secret("taxii_password"),
    interval: plug.dst_config.interval_seconds ?? 60,
    sink: require.resolve("./client/signature-sink.ts"),
    sinkSettings: { host, port, file: resolve(signaturesOf(end)) },
  });
  await startService(folderOf(end), poller, signal);
});

/** Stop the poller and forget its signatures */
export const stopPoller = teardown(scope, async ({ instance, plug }) => {
  await removeService(folderOf({ instance, plug }));
  if (removeFile(signaturesOf({ instance, plug }))) await reload(instance.settings as Clamd);
});

/** Is the collection still polled, and are its signatures there? */
export const checkPoller = status(scope, (context) => {
  const file = signaturesOf(context);
  return readIfThere(file) === undefined ? `the signatures ${file} are gone` : checkService(folderOf(context));
});

function folderOf({ instance, plug }: End): string {
  return join(instance.settings.services, plugId(plug));
}

function signaturesOf({ instance, plug }: End): string {
  return join(instance.settings.database, `${plugId(plug)}.hsb`);
}
