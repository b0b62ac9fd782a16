// A vendor's first hour: a product of its own, connected to the pocket SOC's SIEM, on real tenants and the real engine.
import { once } from "node:events";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type PocketSoc, startPocketSoc } from "../sample/pocket-soc";
import { mustSucceed, output, Room } from "./room";

const sample = join(__dirname, "../../meshroom-project");

let soc: PocketSoc;
let room: Room;

beforeAll(async () => {
  soc = await startPocketSoc();
  room = new Room();
  room.environment.MESHROOM_GPG_PASSPHRASE = "a passphrase for tests";
});

afterAll(async () => {
  await soc.stop();
  room.remove();
});

/** What the vendor would write by hand, from the sample: hooks for the sensor's API. */
function writeHooks(): void {
  for (const file of ["consume.ts", "execute.ts", "produce.ts", "trigger.ts", "client"])
    room.delete(`products/my_sensor/${file}`);
  for (const file of ["client", "output.ts", "emit.ts"]) {
    cpSync(join(sample, "products/edge_sensor", file), join(room.folder, "products/my_sensor", file), {
      recursive: true,
    });
  }
}

test("init makes a project, to which the catalogue of the SIEM is added", async () => {
  mustSucceed(await room.meshroom(["init"]));
  for (const folder of ["products/pocket_siem", "products/pocket_firewall", "products/threat_feed", "lib"])
    cpSync(join(sample, folder), join(room.folder, folder), { recursive: true });
  const listed = mustSucceed(await room.meshroom(["list", "products", "--json"]));
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { name: "pocket_firewall" },
    { name: "pocket_siem" },
    { name: "threat_feed" },
  ]);
});

test("a product from a template, with the vendor's own hooks, and its integration", async () => {
  mustSucceed(await room.meshroom(["create", "product", "my_sensor", "--from", "edr"]));
  writeHooks();
  mustSucceed(await room.meshroom(["create", "integration", "pocket_siem", "my_sensor", "events", "consumer"]));
  const possible = mustSucceed(await room.meshroom(["list", "integrations", "my_sensor"]));
  expect(possible.stdout).toContain("pocket_siem");
});

test("instances with their secrets, and a plug between them", async () => {
  const { urls, keys } = soc;
  mustSucceed(
    await room.meshroom(["add", "my_sensor", "edge", "-c", `url=${urls.edge}`, "-s", "API_KEY"], [String(keys.edge)]),
  );
  mustSucceed(
    await room.meshroom(["add", "pocket_siem", "siem", "-c", `url=${urls.siem}`, "-s", "API_KEY"], [String(keys.siem)]),
  );
  mustSucceed(await room.meshroom(["plug", "events", "edge", "siem"]));
  mustSucceed(await room.meshroom(["validate"]));
});

test("up sets the plug up; nothing more is needed than the command", async () => {
  const ran = mustSucceed(await room.meshroom(["up", "-y"]));
  expect(ran.stdout).toMatch(/^1 plug set up/);
  expect(ran.stderr).toContain("events: edge -> siem: up");
});

test("the passphrase of the state is in the secrets store, and no secret lies about in clear", () => {
  expect(existsSync(join(room.folder, ".meshroom/passphrase"))).toBe(false);
  expect(existsSync(join(room.folder, "secrets.gpg"))).toBe(true);
  for (const key of [soc.keys.edge, soc.keys.siem]) expect(room.filesWith(String(key))).toEqual([]);
});

test("what is produced at one end arrives at the other, until the watch is interrupted", async () => {
  const watching = room.start("watch", "events", "edge", "siem");
  const ended = output(watching);
  const lines = createInterface({ input: watching.stdout as NodeJS.ReadableStream });
  const arrived = once(lines, "line");
  const event = '{"src_ip": "203.0.113.7", "severity": 3}';
  const produced = await room.meshroom(["produce", "events", "edge", "siem"], [event, "", "no event", event]);
  expect(produced).toMatchObject({ code: 1, stdout: '{"outputs":1}\n{"outputs":1}\n' });
  expect(produced.stderr).toMatch(/^line 3: .*\[HOOK_FAILED\]$/m);
  expect(produced.stderr).toContain("1 of 3 lines failed");
  expect(JSON.parse(String((await arrived)[0]))).toMatchObject({
    host: "edge",
    message: expect.stringContaining("203.0.113.7"),
  });
  watching.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});

test("down tears the plug down and keeps its manifest", async () => {
  mustSucceed(await room.meshroom(["down", "-y"]));
  const manifest = join(room.folder, "instances/my_sensor/edge/plugs/siem/events.yaml");
  expect(readFileSync(manifest, "utf8")).not.toContain("status");
  const produced = mustSucceed(await room.meshroom(["produce", "events", "edge"], ["203.0.113.8"]));
  expect(produced.stdout).toBe('{"outputs":0}\n');
});
