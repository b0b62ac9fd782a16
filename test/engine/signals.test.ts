// Ctrl-C, hooks that must not meet, and a hook host that outlives nothing.
import { hookFile, instance } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, Workspace } from "./workspace";

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace({
    "mesh/products/edr/definition.yaml": "settings:\n  - { name: url }\nproduces:\n  events: [{}]\n",
    "mesh/products/siem/definition.yaml":
      "settings:\n  - { name: url }\n  - { name: level, type: integer }\nconsumes:\n  events: [{}]\n",
    "mesh/products/siem/intake.ts": hookFile({
      role: "consumer",
      things: ["intake"],
      setupOptions: ", ownsBoth: true, exclusive: true",
    }),
    ...instance("siem", "siem", { url: vendor.url }),
    ...Object.assign(
      {},
      ...["e1", "e2", "e3", "e4"].map((name) => ({
        ...instance("edr", name, { url: vendor.url }),
        [`mesh/instances/edr/${name}/plugs/siem/events.yaml`]: "topic: events\n",
      })),
    ),
  });
  await workspace.init();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

test("exclusive hooks of one instance never run at the same time", async () => {
  vendor.delay = 800;
  mustSucceed(await workspace.up());
  vendor.delay = 0;
  expect(vendor.takeJournal().filter((line) => line.startsWith("PUT"))).toHaveLength(4);
  expect(vendor.mostAtOnce).toBe(1);
});

test("Ctrl-C lets a running hook finish and records it", async () => {
  mustSucceed(await workspace.destroy());
  const { child, ended } = workspace.start(["up", "--stack", "lab", "--yes", "--skip-preview"]);
  vendor.takeJournal();
  await vendor.hears("PUT /siem/intake");
  child.kill("SIGINT");
  const ran = await ended;
  expect(ran.code).not.toBe(0);
  const done = Object.values(workspace.resources()).filter(({ outputs }) => outputs?.__done === 1);
  expect(done.length).toBeGreaterThanOrEqual(1);
  expect(done.length).toBe(vendor.takeJournal().filter((line) => line.startsWith("PUT")).length);
  mustSucceed(await workspace.up());
  mustSucceed(await workspace.destroy());
});
