// The end: each stack is torn down by itself, and nothing flows any more.
import { check } from "../failure.mjs";
import { filesWith } from "../folder.mjs";
import * as screen from "../screen.mjs";

const afterwards = "203.0.113.99";
const meanwhile = "198.51.100.30";

/** @type {import("../stage.mjs").Act} */
export const destroyLab = {
  title: "Destroy the lab, while production goes on",
  async run({ pulumi, lab, prod }) {
    await pulumi.destroy("lab");
    await expectSilence(lab, "edge");
    const start = performance.now();
    await prod.callShown("edge", "POST /emit", { src_ip: meanwhile, severity: 9, rule: "ssh brute force" });
    await prod.block(meanwhile);
    screen.ok(`prod is as it was: ${meanwhile} is blocked there`, start);
  },
};

/** @type {import("../stage.mjs").Act} */
export const destroyProduction = {
  title: "Destroy production",
  async run({ pulumi, prod, lab, folder }) {
    await pulumi.destroy("prod", prod.secretVariables());
    await expectSilence(prod, "branch");
    const keys = [lab, prod].flatMap((soc) => Object.values(soc.keys));
    const allowed = [lab.keysFile, prod.keysFile];
    const found = filesWith(folder.path, keys).filter((file) => !allowed.includes(file));
    check(found.length === 0, `an API key is readable in ${found.join(", ")}`, folder.shown);
    screen.ok(`none of the ${keys.length} API keys is readable in what Pulumi wrote: config, state, history, logs`);
  },
};

/**
 * Fails where a plug has left anything, or an event still goes anywhere.
 * @param {import("../soc.mjs").Soc} soc
 * @param {string} sensor
 */
async function expectSilence(soc, sensor) {
  await soc.expectTraces([]);
  screen.ok(`no output, intake, feed, subscription, action or key is left at ${soc.environment}'s tenants`);
  const before = await soc.call("siem", "GET /status");
  const { outputs } = await soc.callShown(sensor, "POST /emit", {
    src_ip: afterwards,
    severity: 9,
    rule: "data theft",
  });
  const after = await soc.call("siem", "GET /status");
  const isQuiet = outputs === 0 && before.received === after.received && !(await soc.knows(afterwards));
  check(isQuiet, `${soc.environment}'s ${sensor} still sends events`);
  screen.ok(`the sensor sends its event to 0 outputs: nothing flows in ${soc.environment} any more`);
}
