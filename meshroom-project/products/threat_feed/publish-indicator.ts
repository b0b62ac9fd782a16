// Test data: `meshroom produce threats intel` publishes an address.
import { produce } from "pulumi-meshroom/hooks";
import { ThreatFeed } from "./client/api";

/** Publish an indicator for an address */
export const publishIndicator = produce({ role: "producer", topic: "threats" }, async ({ instance, data, signal }) => {
  const feed = await ThreatFeed.of(instance, signal);
  return { ...(await feed.addIndicator(data.trim(), instance.settings.collection)) };
});
