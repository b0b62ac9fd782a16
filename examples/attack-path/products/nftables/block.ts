// The actions themselves, for `meshroom execute block_ip firewall -p ip=...`: they need no plug.
import { isIPv4 } from "node:net";
import { execute, type Json } from "pulumi-meshroom/hooks";
import { block, unblock } from "./client/nft.ts";

/** Block an address: -p ip=... */
export const blockAddress = execute({ role: "executor", topic: "block_ip" }, async ({ params, signal }) => {
  const ip = addressOf(params);
  await block(ip, signal);
  return { blocked: ip };
});

/** Let an address in again: -p ip=... */
export const unblockAddress = execute({ role: "executor", topic: "unblock_ip" }, async ({ params, signal }) => {
  const ip = addressOf(params);
  await unblock(ip, signal);
  return { unblocked: ip };
});

function addressOf({ ip }: Record<string, Json>): string {
  if (typeof ip === "string" && isIPv4(ip)) return ip;
  throw new Error("this needs an IPv4 address: add -p ip=ADDRESS");
}
