// Both ends of block_ip: a key at the firewall that can do nothing else, and the action at the SIEM that uses it.
import { setup, status, teardown, trigger } from "pulumi-meshroom/hooks";
import { compare } from "../../../../lib/drift";
import { fingerprint } from "../../../../lib/fingerprint";
import { Firewall } from "../../../pocket_firewall/client/api";
import { type Action, Siem } from "../../client/api";

/** Create a firewall key that may only block */
export const createKey = setup({ order: 1, ownsBoth: true }, async ({ peer, plug, signal }) => {
  const firewall = await Firewall.of(peer, signal);
  await firewall.applySettings({ never_block: peer.settings.never_block });
  const key = await firewall.issueKey(plug.name, "block_ip");
  plug.settings.key_id = key.id;
  await plug.setSecret("block_key", key.key);
});

/** Register the action at the SIEM */
export const registerAction = setup({ order: 2, ownsBoth: true }, async ({ instance, peer, plug, log, signal }) => {
  const siem = await Siem.of(instance, signal);
  const token = await plug.secret("block_key");
  const action = await siem.ensureAction(plug.name, { action: "block_ip", url: blockUrl(peer.settings.url), token });
  plug.settings.action_id = action.id;
  log.info(`alerts of ${instance.name} block addresses at ${peer.name}`);
});

/** Revoke the firewall key */
export const revokeKey = teardown({ order: 1 }, async ({ peer, plug, signal }) => {
  await (await Firewall.of(peer, signal)).revokeKey(plug.settings.key_id, plug.name);
});

/** Remove the action from the SIEM */
export const removeAction = teardown({ order: 2 }, async ({ instance, plug, signal }) => {
  await (await Siem.of(instance, signal)).remove("actions", plug.settings.action_id, plug.name);
});

/** Is the firewall key still valid? */
export const checkKey = status({ order: 1 }, async ({ peer, plug, signal }) => {
  const { key_id } = plug.settings;
  const firewall = await Firewall.of(peer, signal);
  const key = key_id && (await firewall.findKey(key_id));
  if (!key) return false;
  const settings = compare(`settings of ${peer.name}`, await firewall.settings(), {
    never_block: peer.settings.never_block,
  });
  return settings === true ? compare(`firewall key ${plug.name}`, key, { scope: "block_ip" }) : settings;
});

/** Is the action still registered? */
export const checkAction = status({ order: 2 }, async ({ instance, peer, plug, signal }) => {
  const { action_id } = plug.settings;
  const action = action_id && (await (await Siem.of(instance, signal)).find<Action>("actions", action_id));
  if (!action) return false;
  const token_fingerprint = fingerprint(await plug.secret("block_key"));
  return compare(`action ${plug.name}`, action, { url: blockUrl(peer.settings.url), token_fingerprint });
});

/** Have the SIEM block an address now: -p ip=... -p reason=... */
export const blockNow = trigger(async ({ instance, plug, params, signal }) => {
  const id = plug?.settings.action_id;
  if (typeof id !== "string") throw new Error("this plug is not set up: run `meshroom up` first");
  const siem = await Siem.of(instance, signal);
  return { ...(await siem.runAction(id, { ip: String(params.ip), reason: String(params.reason ?? "by hand") })) };
});

function blockUrl(url: string): string {
  return `${url.replace(/\/$/, "")}/block`;
}
