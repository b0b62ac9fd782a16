// Has an executor block the addresses of alerts. The executor's hook runs first and leaves `webhook_url` and the secret
// `webhook_token` in the plug.
import { dirname, join, resolve } from "node:path";
import { type PlugContext, setup, status, teardown, trigger } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../lib/files.ts";
import { withoutMarked } from "../../lib/marked.ts";
import { plugId } from "../../lib/plug-id.ts";
import { Alertmanager } from "./client/api.ts";
import { change, hasReceiver, readConfig, withReceiver } from "./client/receivers.ts";

// One file for all plugs: its changes are one after the other.
const scope = { role: "trigger", topic: "block_ip", mode: "push", exclusive: true } as const;

/** Add a receiver for alerts with an address */
export const addReceiver = setup(scope, async (context) => {
  const { instance, plug, signal } = context;
  const tokenFile = tokenFileOf(context);
  writeWhole(tokenFile, await plug.secret("webhook_token"), 0o600);
  const text = withReceiver(readConfig(instance.settings.config), {
    id: plugId(plug),
    url: plug.settings.webhook_url,
    tokenFile: resolve(tokenFile),
    matchers: ['src_ip=~".+"'],
  });
  const alertmanager = new Alertmanager(instance, signal);
  await change(instance.settings.config, text, () => alertmanager.reload());
});

/** Remove the receiver */
export const removeReceiver = teardown(scope, async (context) => {
  const { instance, plug, signal } = context;
  const file = instance.settings.config;
  const alertmanager = new Alertmanager(instance, signal);
  await change(file, withoutMarked(readConfig(file), plugId(plug)), () => alertmanager.reload());
  removeFile(tokenFileOf(context));
});

/** Is the receiver still there? */
export const checkReceiver = status(scope, async (context) => {
  const { instance, plug } = context;
  if (!hasReceiver(instance.settings.config, plugId(plug))) return false;
  const token = readIfThere(tokenFileOf(context));
  return token === (await plug.secret("webhook_token")) || "the receiver's token was replaced";
});

/** Have an address blocked now, by an alert of our own: -p ip=... */
export const blockNow = trigger({ role: "trigger", topic: "block_ip" }, async ({ instance, params, signal }) => {
  if (typeof params.ip !== "string") throw new Error("block_ip needs an address: add -p ip=ADDRESS");
  const labels = { alertname: "block_ip", src_ip: params.ip, source: "meshroom" };
  await new Alertmanager(instance, signal).add({
    labels,
    annotations: { message: String(params.reason ?? "by hand") },
  });
  return labels;
});

function tokenFileOf({ instance, plug }: PlugContext): string {
  return join(dirname(instance.settings.config), `${plugId(plug)}.token`);
}
