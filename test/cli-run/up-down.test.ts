// `up`, `down` and what guards them, on the real engine without a Pulumi program: one story, each test one promise.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { hookFile } from "../engine/meshes";
import { Vendor } from "../engine/vendor";
import { mustSucceed, output, type Ran, Room } from "./room";

const CANARY = "c4nary-of-the-edge-key";
const STORED = "made-for-intake-canary";
const events = "instances/edr/edge/plugs";

let vendor: Vendor;
let room: Room;

beforeAll(async () => {
  vendor = await Vendor.start();
  const settings = "settings:\n  - { name: url, required: true }\n  - { name: level, type: integer }\n";
  const config = `settings: { url: "${vendor.url}" }\n`;
  room = new Room({
    "products/edr/definition.yaml": `${settings}  - { name: API_KEY, secret: true, required: true }\nproduces:\n  events: [{}]\n`,
    "products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
    "products/siem/definition.yaml": `${settings}consumes:\n  events: [{}]\n`,
    "products/siem/intake.ts": hookFile({ role: "consumer", things: ["intake"] }),
    "instances/edr/edge/config.yaml": config,
    "instances/siem/east/config.yaml": config,
    "instances/siem/west/config.yaml": config,
    [`${events}/east/events.yaml`]: "",
    [`${events}/west/events.yaml`]: "",
  });
  room.environment.MESHROOM_SECRET_EDGE_API_KEY = CANARY;
});

afterAll(async () => {
  await vendor.stop();
  room.remove();
});

describe("before anything is up", () => {
  test("up without a terminal and without -y is refused at once", async () => {
    const ran = await room.meshroom(["up"]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("add -y, or --preview to look only");
  });

  test("a preview shows the plugs with their steps, calls no hook and leaves no plug up", async () => {
    const ran = mustSucceed(await room.meshroom(["up", "--preview", "--json"]));
    const plan = JSON.parse(ran.stdout) as {
      changes: { kind: string; name: string; operation: string; steps: string[] }[];
    };
    expect(
      plan.changes
        .filter(({ kind }) => kind === "plug")
        .map(({ name, operation, steps }) => [name, operation, steps])
        .sort(),
    ).toEqual([
      ["events: edge -> east", "create", ["east: Put intake", "edge: Put output"]],
      ["events: edge -> west", "create", ["west: Put intake", "edge: Put output"]],
    ]);
    expect(vendor.takeJournal()).toEqual([]);
  });

  test("down finds nothing to do", async () => {
    expect(mustSucceed(await room.meshroom(["down", "-y"])).stdout).toContain("nothing to do: no such plug is up");
  });

  test("names that are not there are told with what is near", async () => {
    const [unknown, noPlug] = await Promise.all([
      room.meshroom(["up", "eas", "-y"]),
      room.meshroom(["up", "edge", "west", "alerts", "-y"]),
    ]);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain("did you mean `east`?");
    expect(noPlug.stderr).toMatch(
      /no plug for alerts from edge to west \[PLUG_UNKNOWN\]\n.*between the two there are plugs for `events`/,
    );
  });
});

describe("an up of one plug, while another part of the project is broken", () => {
  let ran: Ran;
  beforeAll(async () => {
    room.write("products/broken/definition.yaml", "produces: { events: [ {} ]\n");
    room.write("instances/broken/b1/config.yaml", "settings: {}\n");
    ran = await room.meshroom(["up", "edge", "east", "-y"]);
    room.delete("products/broken");
    room.delete("instances/broken");
  });

  test("sets up that plug and no other", () => {
    mustSucceed(ran);
    expect(vendor.takeJournal()).toEqual(["PUT /east/intake", "PUT /edge/output"]);
    expect(ran.stdout).toMatch(/^1 plug set up \(/);
  });

  test("tells each step, its end, and that something is wrong elsewhere", () => {
    expect(ran.stderr).toContain("events: edge -> east: 1/2 east: Put intake");
    expect(ran.stderr).toMatch(/events: edge -> east: up \([\d.]+ s\)/);
    expect(ran.stderr).toContain("[PROJECT_FAULTY]");
  });

  test("keeps state and passphrase where only the user can read them, and no secret in clear", () => {
    expect(statSync(join(room.folder, ".meshroom/passphrase")).mode & 0o777).toBe(0o600);
    expect(statSync(join(room.folder, ".meshroom/state")).mode & 0o777).toBe(0o700);
    expect(room.filesWith(CANARY)).toEqual([]);
    expect(room.filesWith(STORED)).toEqual([]);
    expect(ran.stdout + ran.stderr).not.toContain(CANARY);
  });
});

describe("two ups at once, one of whose plugs fails", () => {
  let first: Ran;
  let second: Ran;
  beforeAll(async () => {
    const path = "products/siem/intake.ts";
    vendor.broken.set("PUT /west/intake", "the intake is out of order");
    const release = vendor.hold("PUT /west/intake");
    const running = room.start("up", "-y");
    const ended = output(running);
    await release.reached;
    second = await room.meshroom(["up", "-y", "edge", "west"]);
    release.go();
    first = await ended;
    expect(room.read(path)).toContain("intake");
  });

  test("the second is told who holds the lock", () => {
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/another run holds the lock: \S+@\S+ \(process \d+\) since \S+ \[STACK_LOCKED\]/);
  });

  test("the failed plug is told with place and cause, as the only thing that is wrong", () => {
    expect(first.code).toBe(1);
    expect(first.stdout).toContain("1 plug failed: events: edge -> west");
    expect(first.stderr).toMatch(
      /products\/siem\/intake\.ts:\d+:\d+: error: setup hook .* HTTP 500 the intake is out of order \[HOOK_FAILED\]/,
    );
    expect(first.stderr.match(/error:/g)).toHaveLength(1);
    expect(first.stderr).not.toMatch(/ at .*(node_modules|dist)/);
  });
});

describe("an up that is interrupted", () => {
  let ran: Ran;
  beforeAll(async () => {
    vendor.broken.clear();
    vendor.takeJournal();
    const release = vendor.hold("PUT /west/intake");
    const running = room.start("up", "-y");
    const ended = output(running);
    await release.reached;
    running.kill("SIGINT");
    release.go();
    ran = await ended;
  });

  test("finishes what is at work, says so, and ends with 130", () => {
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("finishing what is at work, then ending");
    expect(vendor.takeJournal()).toEqual(["PUT /west/intake", "PUT /edge/output"]);
    expect(ran.stderr).not.toContain("error:");
  });
});

describe("once all is up", () => {
  beforeAll(async () => {
    mustSucceed(await room.meshroom(["up", "-y"]));
    vendor.takeJournal();
  });

  test("another up finds nothing to do", async () => {
    const ran = mustSucceed(await room.meshroom(["up", "-y"]));
    expect(ran.stdout).toContain("nothing to do: the mesh is as the tree says");
    expect(vendor.takeJournal()).toEqual([]);
  });

  test("what a tenant has lost is set up again by up --refresh", async () => {
    vendor.things.delete("/west/intake");
    mustSucceed(await room.meshroom(["up", "-y", "--refresh"]));
    const changes = vendor.takeJournal().filter((line) => !line.startsWith("GET"));
    expect(changes).toEqual(["PUT /west/intake", "PUT /edge/output"]);
  });

  test("unplug and remove refuse, and offer --down", async () => {
    const [unplug, remove] = await Promise.all([
      room.meshroom(["unplug", "events", "edge", "east"]),
      room.meshroom(["remove", "west"]),
    ]);
    expect(unplug).toMatchObject({ code: 1 });
    expect(unplug.stderr).toContain("meshroom unplug events edge east --down");
    expect(remove).toMatchObject({ code: 1 });
    expect(remove.stderr).toContain("meshroom remove west --down");
  });

  test("unplug --down tears down that plug first", async () => {
    mustSucceed(await room.meshroom(["unplug", "events", "edge", "east", "--down"]));
    expect(vendor.takeJournal()).toEqual(["DELETE /edge/output", "DELETE /east/intake"]);
    expect(existsSync(join(room.folder, events, "east/events.yaml"))).toBe(false);
  });

  test("a down whose hook fails keeps the plug; the next one tears it down and keeps the manifest", async () => {
    vendor.broken.set("DELETE /west/intake", "not now");
    const failed = await room.meshroom(["down", "west", "-y"]);
    vendor.broken.clear();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/teardown hook .* not now \[HOOK_FAILED\]/);
    mustSucceed(await room.meshroom(["down", "west", "-y"]));
    expect(vendor.things.has("/west/intake")).toBe(false);
    expect(existsSync(join(room.folder, events, "west/events.yaml"))).toBe(true);
  });
});
