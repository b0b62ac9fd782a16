// `meshroom watch alerts xdr`: what CrowdSec makes of what it reads, asked for every second.
import { type Json, trigger, watch } from "pulumi-meshroom/hooks";
import { pause } from "../../lib/wait.ts";
import { openApi } from "./client/account.ts";
import type { Decision } from "./client/lapi.ts";

/** Watch alerts as they arise */
export const watchAlerts = watch({ role: "producer", topic: "alerts" }, async function* ({ instance, signal }) {
  const api = await openApi(instance, signal);
  let seen = 0;
  while (!signal.aborted) {
    const alerts = (await api.alerts("1h")).filter(({ id }) => id > seen).sort((one, other) => one.id - other.id);
    for (const alert of alerts) {
      seen = alert.id;
      yield alert as Json;
    }
    await pause(1000);
  }
});

/** Ban an address now: -p ip=... */
export const ban = trigger({ role: "trigger", topic: "block_ip" }, async ({ instance, params, signal }) => {
  if (typeof params.ip !== "string") throw new Error("block_ip needs an address: add -p ip=ADDRESS");
  const decision: Decision = {
    scope: "Ip",
    type: "ban",
    value: params.ip,
    duration: "1h",
    origin: "meshroom",
    scenario: "by hand",
  };
  await (await openApi(instance, signal)).decide([decision], String(params.reason ?? "by hand"));
  return { banned: params.ip };
});
