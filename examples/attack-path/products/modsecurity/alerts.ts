// Sends the audit log to any syslog server. The server's hook runs first and leaves `host` and `port` in the plug.
import { join } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { checkService, removeService, startService } from "../../lib/services/service.ts";
import { forwarderService } from "../../lib/syslog/service.ts";

const scope = { role: "producer", topic: "alerts", mode: "push", format: "rfc5424" } as const;

/** Forward the audit log */
export const startForwarder = setup(scope, async ({ instance, plug, log, signal }) => {
  const { host, port } = plug.settings;
  if (typeof port !== "number") throw new Error(`${plug.destination} has left no port to send to in the plug`);
  const { audit_log: file, host_name: hostname } = instance.settings;
  await startService(
    folderOf({ instance, plug }),
    forwarderService({ file, host, port, hostname, program: "waf" }),
    signal,
  );
  log.info(`${instance.name} sends ${file} to ${host}:${port}`);
});

/** Stop the forwarder */
export const stopForwarder = teardown(scope, (context) => removeService(folderOf(context)));

/** Is the audit log still forwarded? */
export const checkForwarder = status(scope, (context) => checkService(folderOf(context)));

function folderOf({ instance, plug }: Pick<PlugContext, "instance" | "plug">): string {
  return join(instance.settings.services, plugId(plug));
}
