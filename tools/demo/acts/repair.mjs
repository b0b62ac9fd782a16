// Drift: somebody deletes what a plug needs, events are lost, Pulumi finds it and repairs it.
import { check, eventually } from "../failure.mjs";
import * as screen from "../screen.mjs";
import { changedTraces } from "./change.mjs";

const lost = "203.0.113.90";
const again = "203.0.113.91";
const plug = "events: edge -> siem";

/** @type {import("../stage.mjs").Act} */
export const breakPlug = {
  title: "Somebody deletes an intake at the SIEM, and events are lost",
  async run({ lab, options: { signal } }) {
    const [intake] = await lab.call("siem", "GET /intakes");
    await lab.callShown("siem", `DELETE /intakes/${intake.id}`);
    await lab.callShown("edge", "POST /emit", { src_ip: lost, severity: 9, rule: "data theft" });
    await eventually(
      () => lab.call("siem", "GET /status"),
      (status) => status.dropped_unknown_key === 1,
      { what: "the loss of an event at lab's siem", signal },
    );
    check(!(await lab.knows(lost)), `${lost} is known all the same`);
    screen.ok(`the SIEM dropped the event, which has the key of no intake: ${lost} is not blocked`);
  },
};

/** @type {import("../stage.mjs").Act} */
export const findDrift = {
  title: "Refresh: Pulumi asks the tenants what is still there",
  async run({ pulumi, lab }) {
    await pulumi.run(["refresh", "--stack", "lab", "--yes", "--skip-preview"]);
    const plugs = await pulumi.plugs("lab");
    const look = "the output of refresh above";
    check(plugs.length === 3, `the state has the plugs ${plugs.join(", ")}`, look);
    const drift = await pulumi.drift("lab", plug);
    check(
      drift.length === 1 && drift.every((text) => text.startsWith("siem: no longer there")),
      `the drift is ${JSON.stringify(drift)}`,
      look,
    );
    await lab.expectTraces(changedTraces.filter((trace) => trace !== "siem /intakes"));
    screen.ok(`found: \`${plug}\` has drifted (${drift[0]}), the other two plugs are as they were`);
  },
};

/** @type {import("../stage.mjs").Act} */
export const repair = {
  title: "Up: repair it",
  async run({ pulumi, lab }) {
    await pulumi.up("lab");
    await lab.expectTraces(changedTraces);
    const start = performance.now();
    await lab.callShown("edge", "POST /emit", { src_ip: again, severity: 9, rule: "data theft" });
    await lab.arrival(again);
    await lab.block(again);
    screen.ok(`there is an intake again: the event reached the SIEM and ${again} is blocked`, start);
  },
};
