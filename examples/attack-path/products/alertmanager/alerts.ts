// Alertmanager takes alerts from anybody: there is nothing to create, only to say where, in `alerts_url`.
import { produce, setup, status, teardown, watch } from "pulumi-meshroom/hooks";
import { pause } from "../../lib/wait.ts";
import { Alertmanager } from "./client/api.ts";

const scope = { role: "consumer", topic: "alerts", mode: "push" } as const;

/** Check that Alertmanager is ready */
export const offerApi = setup(scope, async ({ instance, plug, signal }) => {
  const alertmanager = new Alertmanager(instance, signal);
  await alertmanager.checkReady();
  plug.settings.alerts_url = alertmanager.alertsUrl;
});

/** Forget the address of the API */
export const forgetApi = teardown(scope, ({ plug }) => {
  delete plug.settings.alerts_url;
});

/** Is Alertmanager still ready? */
export const checkApi = status(scope, async ({ instance, signal }) => {
  await new Alertmanager(instance, signal).checkReady();
  return true;
});

/** Add an alert: the address that it is about */
export const addAlert = produce({ role: "consumer", topic: "alerts" }, async ({ instance, data, signal }) => {
  const labels = { alertname: "test", src_ip: data.trim(), source: "meshroom" };
  await new Alertmanager(instance, signal).add({ labels, annotations: { message: "test data" } });
  return labels;
});

/** Watch alerts as they arrive */
export const watchAlerts = watch({ role: "consumer", topic: "alerts" }, async function* ({ instance, signal }) {
  const alertmanager = new Alertmanager(instance, signal);
  const seen = new Set<string>();
  while (!signal.aborted) {
    for (const { labels, annotations, fingerprint = "" } of await alertmanager.alerts()) {
      if (!seen.has(fingerprint)) yield { labels, annotations };
      seen.add(fingerprint);
    }
    await pause(500);
  }
});
