// `meshroom watch alerts siem`: what senders send, as it arrives.
import { watch } from "pulumi-meshroom/hooks";
import { follow } from "../../lib/follow.ts";
import { plugId } from "../../lib/plug-id.ts";
import { intakeFile } from "./client/intake.ts";

/** Watch alerts as they arrive */
export const watchAlerts = watch({ role: "consumer", topic: "alerts" }, async function* ({ instance, plug, signal }) {
  if (!plug) throw new Error("name the sender as well: each has an intake of its own");
  for await (const line of follow(intakeFile(plugId(plug), instance.settings.store), signal)) yield JSON.parse(line);
});
