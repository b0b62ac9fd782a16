// The actions themselves, for `meshroom execute block_ip jail ... -p ip=...`: in the jail of the plug that is named, or of the first.
import { isIPv4 } from "node:net";
import { execute, type InstanceContext, type Json } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { ban, jails, type Server, unban } from "./client/fail2ban.ts";

type Context = InstanceContext & { readonly params: Record<string, Json> };

/** Ban an address: -p ip=... */
export const banAddress = execute({ role: "executor", topic: "block_ip" }, async (context) => {
  const { ip, jail, server } = await targetOf(context);
  await ban(server, jail, ip, context.signal);
  return { banned: ip, jail };
});

/** Lift a ban: -p ip=... */
export const unbanAddress = execute({ role: "executor", topic: "unblock_ip" }, async (context) => {
  const { ip, jail, server } = await targetOf(context);
  await unban(server, jail, ip, context.signal);
  return { unbanned: ip, jail };
});

async function targetOf({ instance, plug, params, signal }: Context) {
  const server = instance.settings as Server;
  const { ip } = params;
  if (typeof ip !== "string" || !isIPv4(ip)) throw new Error("this needs an IPv4 address: add -p ip=ADDRESS");
  const jail = plug ? plugId(plug) : (await jails(server, signal))[0];
  if (!jail) throw new Error(`${instance.name} has no jail: set a plug up first`);
  return { ip, jail, server };
}
