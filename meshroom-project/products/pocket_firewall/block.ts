// The action itself, for `meshroom execute block_ip perimeter -p ip=...`: it needs no plug, so it uses the tenant's own key.
import { execute } from "pulumi-meshroom/hooks";
import { Firewall } from "./client/api";

/** Block an address: -p ip=... -p reason=... */
export const blockAddress = execute({ role: "executor", topic: "block_ip" }, async ({ instance, params, signal }) => {
  if (typeof params.ip !== "string") throw new Error("block_ip needs an address: add -p ip=ADDRESS");
  const firewall = await Firewall.of(instance, signal);
  return { ...(await firewall.block(params.ip, String(params.reason ?? "by hand"))) };
});
