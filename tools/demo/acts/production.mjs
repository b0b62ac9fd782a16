// A second stack beside the first: other tenants, other settings, and nothing in common.
import { check } from "../failure.mjs";
import * as screen from "../screen.mjs";
import { labTraces } from "./connect.mjs";

const inProd = "198.51.100.10";
const inLab = "198.51.100.20";

/** Production has a second sensor. */
const prodTraces = [...labTraces, "branch /outputs", "siem /intakes"];

/** @type {import("../stage.mjs").Act} */
export const startProduction = {
  title: "Production beside the lab: the same mesh, other tenants, other settings",
  async run(stage) {
    const prod = await stage.startTenants("prod");
    const { pulumi } = stage;
    await pulumi.init("prod");
    await stage.configureUrls(prod);
    screen.tell("this time the API keys come from the environment, as they would in CI; Pulumi.prod.yaml has none");
    for (const [index, variable] of Object.keys(prod.secretVariables()).entries()) {
      screen.command(`export ${variable}="$(jq -r .${prod.instances[index]} ${prod.keysFile})"`, { isQuiet: true });
    }
    await pulumi.up("prod", prod.secretVariables());
    await prod.expectTraces(prodTraces);
    screen.ok("prod is connected, with its second sensor, branch");
  },
};

/** @type {import("../stage.mjs").Act} */
export const separation = {
  title: "Both are up: what happens in one stays there",
  async run({ lab, prod }) {
    const before = await lab.call("siem", "GET /status");
    await emitAndArrive(prod, "branch", inProd);
    await emitAndArrive(lab, "edge", inLab);
    await lab.block(inLab);
    const after = await lab.call("siem", "GET /status");
    check(after.received === before.received + 1, "lab's siem received more than its own event");
    check(!(await lab.knows(inProd)), `the lab knows ${inProd}`);
    check(!(await prod.knows(inLab)), `prod knows ${inLab}`);
    check(!(await prod.hasAlert(inProd)), `prod has an alert for ${inProd}`);
    screen.ok(`${inProd} is known in prod only, ${inLab} in the lab only`);
    screen.ok("severity 6 is an alert and a block in the lab (from 5 on), and just an event in prod (from 8 on)");
  },
};

/**
 * @param {import("../soc.mjs").Soc} soc
 * @param {string} sensor
 * @param {string} src_ip
 */
async function emitAndArrive(soc, sensor, src_ip) {
  await soc.callShown(sensor, "POST /emit", { src_ip, severity: 6, rule: "odd login" });
  await soc.arrival(src_ip);
}
