// A run is killed while hooks are at work: one command makes good, on the real engine without a Pulumi program.

import { end, MARK, processesOf } from "../crash/processes";
import { hookFile } from "../engine/meshes";
import { Vendor } from "../engine/vendor";
import { mustSucceed, output, Room } from "./room";

let vendor: Vendor;
let room: Room;

beforeAll(async () => {
  vendor = await Vendor.start();
  const config = `settings: { url: "${vendor.url}" }\n`;
  const settings = "settings:\n  - { name: url, required: true }\n  - { name: level, type: integer }\n";
  room = new Room({
    "products/edr/definition.yaml": `${settings}produces:\n  events: [{}]\n`,
    "products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
    "products/siem/definition.yaml": `${settings}consumes:\n  events: [{}]\n`,
    "products/siem/intake.ts": hookFile({ role: "consumer", things: ["intake"] }),
    "instances/edr/edge/config.yaml": config,
    "instances/siem/siem/config.yaml": config,
    "instances/edr/edge/plugs/siem/events.yaml": "",
  });
  room.environment[MARK] = `recover-${process.pid}`;
});

afterAll(async () => {
  await vendor.stop();
  room.remove();
});

/** Kills every process of an `up` once its hook has made the intake. */
async function killedUp(): Promise<void> {
  const release = vendor.hold("PUT /edge/output");
  const running = room.start("up", "-y");
  const ended = output(running);
  // Else it has failed, and says why.
  await Promise.race([release.reached, ended.then(mustSucceed)]);
  for (const { pid } of processesOf(String(room.environment[MARK]))) end(pid);
  await ended;
  release.go();
  vendor.takeJournal();
}

const atVendor = () => [...vendor.things.keys()].filter((path) => path !== "/edge/output").sort();

describe("after a kill in a first set-up", () => {
  beforeAll(async () => {
    await killedUp();
    expect(atVendor()).toEqual(["/siem/intake"]);
  });

  test("down removes the dead run's lock, tears down what had been begun, and says so", async () => {
    const ran = mustSucceed(await room.meshroom(["down", "-y"]));
    expect(ran.stderr).toMatch(
      /the lock of a run that has ended was removed: \S+ \(process \d+\) since \S+ \[RUN_INTERRUPTED\]/,
    );
    expect(ran.stderr).toMatch(
      /the last run was ended while it was at work on events: edge -> siem; .*\[RUN_INTERRUPTED\]/,
    );
    expect(ran.stderr).not.toContain("set-up hooks run again");
    expect([...vendor.things.keys()]).toEqual([]);
  });
});

describe("after another kill", () => {
  beforeAll(killedUp);

  test("recover says what it did, calls no hook, and has nothing to do again", async () => {
    const ran = mustSucceed(await room.meshroom(["recover"]));
    expect(ran.stderr).toMatch(
      /was removed: .*\n.*at work on events: edge -> siem; .*\n {2}to repair: `meshroom up` sets it up/,
    );
    expect(vendor.takeJournal()).toEqual([]);
    expect(mustSucceed(await room.meshroom(["recover"])).stdout).toBe("nothing to recover (stack local)\n");
  });

  test("up goes on, and then there is nothing to do", async () => {
    const ran = mustSucceed(await room.meshroom(["up", "-y"]));
    expect(ran.stdout).toContain("1 plug set up");
    expect([...vendor.things.keys()].sort()).toEqual(["/edge/output", "/siem/intake"]);
    expect(mustSucceed(await room.meshroom(["up", "--preview"])).stdout).toContain("nothing to do");
  });
});
