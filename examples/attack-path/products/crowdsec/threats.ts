// Pulls threats from any TAXII server. The server's hook runs first and leaves its address and password in the plug.
import { join } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { checkService, removeService, startService } from "../../lib/services/service.ts";
import { pollerService } from "../../lib/taxii/service.ts";
import { accountOf, openApi } from "./client/account.ts";
import type { DecisionSettings } from "./client/decision-sink.ts";

const scope = { role: "consumer", topic: "threats", mode: "pull", format: "stix" } as const;

/** Check the account at the local API */
export const checkAccount = setup({ ...scope, order: "first" }, async ({ instance, signal }) => {
  await (await openApi(instance, signal)).login();
});

/** Poll the collection for addresses */
export const startPoller = setup(scope, async (context) => {
  const { instance, plug, signal } = context;
  const { taxii_url: url, taxii_user: user } = plug.settings;
  const poller = pollerService<DecisionSettings>({
    url,
    user,
    password: await plug.secret("taxii_password"),
    interval: plug.dst_config.interval_seconds ?? 60,
    sink: require.resolve("./client/decision-sink.ts"),
    sinkSettings: {
      account: await accountOf(instance),
      scenario: plugId(plug),
      duration: instance.settings.ban_duration,
    },
  });
  await startService(folderOf(context), poller, signal);
});

/** Stop the poller and lift its bans */
export const stopPoller = teardown(scope, async (context) => {
  await removeService(folderOf(context));
  await (await openApi(context.instance, context.signal)).lift(plugId(context.plug));
});

/** Is the collection still polled? */
export const checkPoller = status(scope, (context) => checkService(folderOf(context)));

function folderOf({ instance, plug }: Pick<PlugContext, "instance" | "plug">): string {
  return join(instance.settings.services, plugId(plug));
}
