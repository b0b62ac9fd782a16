// The ways to a plug that few take: what a run has left half replaced, import, programs run for a destroy, exclusion, two Ctrl-C.
import { rmSync } from "node:fs";
import { instance } from "./meshes";
import { ownedMesh, PLUG, SETUP, TEARDOWN } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, type Resource, Workspace } from "./workspace";

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh(vendor.url));
  const sensor = "mesh/products/sensor/definition.yaml";
  workspace.write(
    sensor,
    `settings:\n  - { name: API_KEY, secret: true, required: true }\n  - { name: TOKEN, secret: true }\n${workspace.read(sensor)}`,
  );
  workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = "a key";
  workspace.environment.MESHROOM_SECRET_EDGE_TOKEN = "a token";
  await workspace.init();
  mustSucceed(await workspace.up());
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

beforeEach(() => void vendor.takeJournal());

const plug = () => workspace.resources()[PLUG] as Resource;

function setLevel(level: number): void {
  for (const [path, text] of Object.entries(instance("siem", "core", { url: vendor.url, level })))
    workspace.write(path, text);
}

test("a replacement for which a secret is missing tears nothing down", async () => {
  delete workspace.environment.MESHROOM_SECRET_EDGE_API_KEY;
  const { code, text } = await workspace.up("--replace", plug().urn, "--continue-on-error");
  workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = "a key";
  expect(code).not.toBe(0);
  expect(text).toMatch(/needs secret edge\.API_KEY, set nowhere; .*\[SECRET_MISSING\]/);
  expect(vendor.takeJournal()).toEqual([]);
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
});

test("an optional secret that was set and can't be read now is not taken for one that is not set", async () => {
  delete workspace.environment.MESHROOM_SECRET_EDGE_TOKEN;
  workspace.write("mesh/secrets.gpg", "no store at all");
  setLevel(1);
  const { code, text } = await workspace.up();
  expect(code).not.toBe(0);
  expect(text).toMatch(/needs secret edge\.TOKEN, set nowhere; .*nothing was set up \[SECRET_MISSING\]/);
  expect(vendor.takeJournal()).toEqual([]);
  rmSync(`${workspace.folder}/mesh/secrets.gpg`);
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual(SETUP);
});

test("a replacement that had torn down and no more is set up, and not taken over on the word of its manifest", async () => {
  const manifest = "mesh/instances/sensor/edge/plugs/core/alerts.yaml";
  workspace.write(manifest, "topic: alerts\nstatus: up\n");
  const file = `${workspace.folder}/export.json`;
  mustSucceed(await workspace.pulumi("stack", "export", "--stack", "lab", "--file", file));
  const exported = JSON.parse(workspace.read("export.json")) as { deployment: { resources: Resource[] } };
  for (const each of exported.deployment.resources)
    if (each.urn === plug().urn) Object.assign(each, { pendingReplacement: true });
  workspace.write("export.json", JSON.stringify(exported));
  mustSucceed(await workspace.pulumi("stack", "import", "--stack", "lab", "--file", file));
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual(SETUP);
  workspace.write(manifest, "topic: alerts\n");
});

test("`pulumi import` fails, and the state stays", async () => {
  const before = Object.keys(workspace.resources());
  const type = "pulumi-nodejs:dynamic/meshroom:Plug";
  const { code } = await workspace.pulumi(
    "import",
    type,
    "events",
    "plug",
    "--stack",
    "lab",
    "--yes",
    "--skip-preview",
  );
  expect(code).not.toBe(0);
  expect(Object.keys(workspace.resources())).toEqual(before);
});

test("`--exclude` leaves a plug as it is, whatever has changed", async () => {
  setLevel(2);
  mustSucceed(await workspace.up("--exclude", plug().urn));
  expect(vendor.takeJournal()).toEqual([]);
  expect(plug().outputs.destinationSettings).toMatchObject({ level: 1 });
});

test("two Ctrl-C end a run at once; the next up does what it had not done", async () => {
  vendor.hanging.add("PUT /core/route");
  const { child, ended } = workspace.start(["up", "--stack", "lab", "--yes", "--skip-preview"]);
  await vendor.hears("PUT /core/route");
  child.kill("SIGINT");
  const said = new Promise<void>((resolve) => child.stdout?.on("data", (text) => /\^C/.test(text) && resolve()));
  await said;
  child.kill("SIGINT");
  expect((await ended).code).not.toBe(0);
  vendor.hanging.clear();
  vendor.takeJournal();
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual(SETUP);
  expect(vendor.things.get("/core/route")).toMatchObject({ level: 2 });
});

test("`destroy --run-program` tears down as `destroy` does", async () => {
  mustSucceed(await workspace.destroy("--run-program"));
  expect(vendor.takeJournal()).toEqual(TEARDOWN);
  expect(workspace.resources()).toEqual({});
});
