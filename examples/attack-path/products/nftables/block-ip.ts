// CrowdSec's firewall bouncer, kept running. The trigger's hook runs first and leaves `lapi_url` and `bouncer_key`.
import { join, resolve } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { checkService, removeService, type Service, startService } from "../../lib/services/service.ts";
import { deleteTable, hasTable } from "./client/nft.ts";

const scope = { role: "executor", topic: "block_ip", mode: "pull" } as const;

/** Start the firewall bouncer */
export const startBouncer = setup(scope, async (context) => {
  await startService(folderOf(context), await bouncer(context), context.signal);
});

/** Stop the firewall bouncer and remove its table */
export const stopBouncer = teardown(scope, async (context) => {
  await removeService(folderOf(context));
  await deleteTable(plugId(context.plug), context.signal); // the bouncer leaves it behind
});

/** Does the bouncer still run, and is its table there? */
export const checkBouncer = status(scope, async (context) => {
  const runs = checkService(folderOf(context));
  if (runs !== true) return runs;
  const table = plugId(context.plug);
  return (await hasTable(table, context.signal)) || `the table ${table} is gone`;
});

function folderOf({ instance, plug }: Pick<PlugContext, "instance" | "plug">): string {
  return join(instance.settings.services, plugId(plug));
}

/** The key is in a file that its owner alone may read. JSON is YAML. */
async function bouncer({ instance, plug, signal }: PlugContext): Promise<Service> {
  const table = plugId(plug);
  const config = {
    mode: "nftables",
    pid_dir: `${resolve(folderOf({ instance, plug }))}/`,
    update_frequency: instance.settings.update_frequency,
    daemonize: false,
    log_mode: "stdout",
    log_level: "info",
    api_url: plug.settings.lapi_url,
    api_key: await plug.secret("bouncer_key"),
    disable_ipv6: true,
    deny_action: "DROP",
    nftables: { ipv4: { enabled: true, "set-only": false, table, chain: "input" }, ipv6: { enabled: false } },
  };
  return {
    command: [instance.settings.bouncer, "-c", "@bouncer.yaml"],
    files: { "bouncer.yaml": JSON.stringify(config) },
    isReady: () => hasTable(table, signal),
  };
}
