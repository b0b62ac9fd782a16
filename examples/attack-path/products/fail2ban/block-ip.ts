// A jail per plug, and a receiver that fills it: leaves `webhook_url` and the secret `webhook_token` in the plug.
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { type HookPlug, type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../lib/files.ts";
import { plugId } from "../../lib/plug-id.ts";
import { checkService, removeService, startService } from "../../lib/services/service.ts";
import { receiverService } from "../../lib/webhook/service.ts";
import type { BanSettings } from "./client/ban-handler.ts";
import { jails, reload, type Server } from "./client/fail2ban.ts";
import { jailFiles } from "./client/jail-files.ts";

const scope = { role: "executor", topic: "block_ip", mode: "push", format: "alertmanager" } as const;

/** Add a jail */
export const addJail = setup({ ...scope, order: 1, exclusive: true }, async ({ instance, plug, signal }) => {
  const files = Object.entries(jailFiles(instance, plugId(plug)));
  const isNew = files.map(([file, text]) => writeWhole(file, text)).includes(true);
  const server = instance.settings as Server;
  if (isNew || !(await jails(server, signal)).includes(plugId(plug))) await reload(server, signal);
  if (!(await jails(server, signal)).includes(plugId(plug)))
    throw new Error(`fail2ban has not taken the jail ${plugId(plug)}: see ${instance.settings.log}`);
});

/** Receive webhooks */
export const startReceiver = setup({ ...scope, order: 2 }, async (context) => {
  const { instance, plug, signal } = context;
  const { config, socket, webhook_port } = instance.settings;
  const port: number = plug.dst_config.webhook_port ?? webhook_port;
  const token = await tokenOf(plug);
  const receiver = receiverService<BanSettings>({
    host: "127.0.0.1",
    port,
    token,
    handler: require.resolve("./client/ban-handler.ts"),
    handlerSettings: { config: resolve(config), socket: resolve(socket), jail: plugId(plug) },
  });
  await startService(folderOf(context), receiver, signal);
  plug.settings.webhook_url = `http://127.0.0.1:${port}/`;
});

/** Remove the jail, which lifts its bans */
export const removeJail = teardown({ ...scope, order: 1, exclusive: true }, async ({ instance, plug, signal }) => {
  const files = Object.keys(jailFiles(instance, plugId(plug)));
  if (files.map(removeFile).includes(true)) await reload(instance.settings as Server, signal);
});

/** Stop receiving webhooks */
export const stopReceiver = teardown({ ...scope, order: 2 }, (context) => removeService(folderOf(context)));

/** Is the jail still there? */
export const checkJail = status({ ...scope, order: 1 }, async ({ instance, plug, signal }) => {
  for (const [file, text] of Object.entries(jailFiles(instance, plugId(plug)))) {
    const found = readIfThere(file);
    if (found === undefined) return false;
    if (found !== text) return `${file} was changed`;
  }
  const known = await jails(instance.settings as Server, signal);
  return known.includes(plugId(plug)) || `fail2ban has no jail ${plugId(plug)}`;
});

/** Are webhooks still received? */
export const checkReceiver = status({ ...scope, order: 2 }, (context) => checkService(folderOf(context)));

function folderOf({ instance, plug }: Pick<PlugContext, "instance" | "plug">): string {
  return join(instance.settings.services, plugId(plug));
}

/** The plug's token, made up the first time. */
async function tokenOf(plug: HookPlug): Promise<string> {
  if (!plug.settings.has_token) await plug.setSecret("webhook_token", randomBytes(24).toString("base64url"));
  plug.settings.has_token = true;
  return await plug.secret("webhook_token");
}
