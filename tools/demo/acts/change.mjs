// A change of one setting, as a reviewer sees it and as the tenants get it.
import { check } from "../failure.mjs";
import * as screen from "../screen.mjs";
import { labTraces } from "./connect.mjs";
import { publish } from "./traffic.mjs";

const scanner = "203.0.113.80";
const scanners = "intel /collections/scanners/subscriptions";
export const changedTraces = labTraces.map((trace) => (trace.startsWith("intel ") ? scanners : trace));

/** @type {import("../stage.mjs").Act} */
export const reviewChange = {
  title: "Change a setting, and see what that would do",
  async run({ pulumi, lab }) {
    screen.tell("the lab is to follow another collection of the threat feed");
    await pulumi.run(["config", "set", "--stack", "lab", "--path", "settings.intel.collection", "scanners"]);
    const shown = await pulumi.run(["preview", "--stack", "lab", "--diff"], { capture: "tee" });
    const plain = shown.replace(/\x1b\[[\d;]*m/g, "");
    const look = "the preview above";
    check(/collection *: "malicious-ips" => "scanners"/.test(plain), "the preview does not show the change", look);
    check(/~ 2 to update\n/.test(plain), "the preview is not of two updates", look);
    await lab.expectTraces(labTraces);
    screen.ok("shown: the setting, and the one plug of three that depends on it; no tenant has changed");
  },
};

/** @type {import("../stage.mjs").Act} */
export const applyChange = {
  title: "Apply the change",
  async run({ pulumi, lab }) {
    await pulumi.up("lab");
    await lab.expectTraces(changedTraces);
    screen.ok("the old subscription is cancelled, there is one to `scanners`");
    await publish(lab, { ip: scanner, collection: "scanners" });
    const start = performance.now();
    await lab.callShown("edge", "POST /emit", { src_ip: scanner, severity: 2, rule: "port scan" });
    await lab.block(scanner);
    screen.ok(`the indicator came through the new subscription: ${scanner} is blocked`, start);
  },
};
