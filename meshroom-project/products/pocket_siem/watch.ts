// `meshroom watch events siem`: what arrives, as it arrives.
import { watch } from "pulumi-meshroom/hooks";
import { Siem } from "./client/api";

const longestWait = 5; // seconds: below the time limit of the client

/** Watch events as they arrive */
export const watchEvents = watch({ role: "consumer", topic: "events" }, async function* ({ instance, plug, signal }) {
  const siem = await Siem.of(instance, signal);
  let after = 0;
  while (!signal.aborted) {
    for (const event of await siem.events(plug?.settings.intake_id, after, longestWait)) {
      after = event.seq;
      yield event;
    }
  }
});
