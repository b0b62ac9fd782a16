// What the connections are for: an event that ends in a block, and an indicator that makes an event matter.
import { check } from "../failure.mjs";
import * as screen from "../screen.mjs";

const attacker = "203.0.113.7";
const listed = "203.0.113.66";

/**
 * Publishes an indicator and has the siem poll its feed now rather than in half a minute.
 * @param {import("../soc.mjs").Soc} soc
 * @param {{ ip: string, collection?: string }} indicator
 */
export async function publish(soc, indicator) {
  await soc.callShown("intel", "POST /indicators", indicator, "pattern");
  const [feed] = await soc.call("siem", "GET /feeds");
  const { iocs } = await soc.callShown("siem", `POST /feeds/${feed.id}/poll`);
  check(iocs === 1, `siem has ${iocs} indicators instead of 1`);
}

/** @type {import("../stage.mjs").Act} */
export const attack = {
  title: "An attack: from sensor to SIEM to firewall",
  async run({ lab }) {
    const { min_severity } = await lab.call("siem", "GET /settings");
    screen.tell(`the lab alerts from severity ${min_severity} on, see Pulumi.lab.yaml`);
    let start = performance.now();
    await lab.callShown("edge", "POST /emit", { src_ip: attacker, severity: 9, rule: "ssh brute force" });
    await lab.arrival(attacker);
    await lab.block(attacker);
    screen.ok(`the event reached the SIEM and ${attacker} is blocked at perimeter`, start);

    screen.tell(`a faint event of severity 2, from an address that the threat feed lists`);
    await publish(lab, { ip: listed });
    start = performance.now();
    await lab.callShown("edge", "POST /emit", { src_ip: listed, severity: 2, rule: "port scan" });
    const { severity } = await lab.arrival(listed);
    check(severity === 6, `the event has severity ${severity} instead of 6`);
    await lab.block(listed);
    screen.ok(`the SIEM raised it to severity ${severity} and ${listed} is blocked as well`, start);
  },
};
