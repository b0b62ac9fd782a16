// From tenants that know nothing of each other to a connected lab.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../failure.mjs";
import * as screen from "../screen.mjs";

/** What the lab's plugs leave at its tenants. */
export const labTraces = [
  "edge /outputs",
  "siem /intakes",
  "siem /feeds",
  "siem /actions",
  "perimeter /api-keys",
  "intel /collections/malicious-ips/subscriptions",
];

/** @type {import("../stage.mjs").Act} */
export const startLab = {
  title: "Start the lab: a sensor, a SIEM, a firewall and a threat feed",
  run: async (stage) => void (await stage.startTenants("lab")),
};

/** @type {import("../stage.mjs").Act} */
export const createStack = {
  title: "Create the stack `lab`; its API keys go into its config, encrypted",
  async run(stage) {
    const { pulumi, lab, folder } = stage;
    await pulumi.init("lab");
    await stage.configureUrls(lab);
    for (const [name, key] of Object.entries(lab.keys)) {
      const set = ["config", "set", "--stack", "lab", "--secret", "--path", `secrets.${name}.API_KEY`];
      await pulumi.run(set, { shown: `jq -j .${name} ${lab.keysFile} | pulumi ${set.join(" ")}`, input: key });
    }
    const config = readFileSync(join(folder.path, "Pulumi.lab.yaml"), "utf8");
    const isClear = Object.values(lab.keys).some((key) => config.includes(key));
    const encrypted = config.match(/^ +secure: /gm)?.length;
    check(
      !isClear && encrypted === lab.instances.length,
      "Pulumi.lab.yaml does not hold each key encrypted",
      "that file",
    );
    screen.ok(`Pulumi.lab.yaml holds ${encrypted} encrypted keys, and none that can be read`);
  },
};

/** @type {import("../stage.mjs").Act} */
export const preview = {
  title: "Preview: what would be connected, without doing it",
  async run({ pulumi, lab }) {
    await pulumi.run(["preview", "--stack", "lab"]);
    await lab.expectTraces([]);
    screen.ok("a preview only: no tenant has changed");
  },
};

/** @type {import("../stage.mjs").Act} */
export const up = {
  title: "Up: connect the tenants",
  async run({ pulumi, lab }) {
    await pulumi.up("lab");
    await lab.expectTraces(labTraces);
    screen.ok("edge has an output and siem an intake for it: events can flow");
    screen.ok("intel has a subscription and siem pulls it: indicators can flow");
    screen.ok("perimeter has a key that may only block, and siem an action that uses it");
  },
};
