// Test data: `meshroom produce events edge` has the sensor see something.
import { produce } from "pulumi-meshroom/hooks";
import { EdgeSensor } from "./client/api";

/** Have the sensor see an event: JSON with src_ip, severity, rule and message, or just an address */
export const emitEvent = produce({ role: "producer", topic: "events" }, async ({ instance, data, signal }) => {
  const event = data.trimStart().startsWith("{") ? JSON.parse(data) : { src_ip: data.trim() };
  return { ...(await (await EdgeSensor.of(instance, signal)).emit(event)) };
});
