// Where Pulumi does not ask our diff: refresh of what is not whole, forced replacement.
import { instance } from "./meshes";
import { ownedMesh, PLUG, SETUP, TEARDOWN } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, type Resource, Workspace } from "./workspace";

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh(vendor.url));
  await workspace.init();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

const plug = () => workspace.resources()[PLUG];
const urn = (name: string) => String(workspace.resources()[name]?.urn);
const state = (...args: string[]) => workspace.pulumi("state", ...args, "--stack", "lab", "--yes");

describe("a plug that is half set up", () => {
  let refreshed: Ran;
  beforeAll(async () => {
    vendor.broken.set("PUT /core/route", "no");
    expect((await workspace.up()).code).not.toBe(0);
    refreshed = mustSucceed(await workspace.refresh());
    vendor.takeJournal();
  });

  test("is not taken for whole by a refresh, which says so", () => {
    expect(plug()?.outputs).toMatchObject({ __done: 1 });
    expect(refreshed.text).toMatch(/set up as far as step 1 of 2/);
  });

  test("goes on at the failed step, after export and import too", async () => {
    const file = `${workspace.folder}/export.json`;
    mustSucceed(await workspace.pulumi("stack", "export", "--stack", "lab", "--file", file));
    mustSucceed(await workspace.pulumi("stack", "import", "--stack", "lab", "--file", file));
    expect(plug()?.initErrors).toBeUndefined();
    vendor.broken.clear();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["PUT /core/route"]);
    expect(plug()?.outputs).toMatchObject({ __done: 2 });
  });

  test("is so after a failed update as well: what a refresh has forgotten is set up with the new value", async () => {
    for (const [path, text] of Object.entries(instance("siem", "core", { url: vendor.url, level: 2 })))
      workspace.write(path, text);
    vendor.broken.set("PUT /core/route", "no");
    expect((await workspace.up()).code).not.toBe(0);
    expect((await workspace.up("--refresh")).code).not.toBe(0);
    vendor.broken.clear();
    mustSucceed(await workspace.up("--refresh"));
    expect(vendor.things.get("/core/route")).toMatchObject({ level: 2 });
    mustSucceed(await workspace.preview("--expect-no-changes"));
  });
});

describe("a forced replacement tears down, then sets up", () => {
  beforeEach(() => void vendor.takeJournal());
  const whole = async () => {
    expect([...vendor.things.keys()].sort()).toEqual(["/core/intake", "/core/route"]);
    mustSucceed(await workspace.preview("--expect-no-changes"));
  };

  test("by `pulumi state taint`", async () => {
    mustSucceed(await state("taint", urn(PLUG)));
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
    await whole();
  });

  test("by `--replace` and `--target-replace`", async () => {
    mustSucceed(await workspace.up("--replace", urn(PLUG)));
    expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
    mustSucceed(await workspace.up("--target-replace", urn(PLUG)));
    expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
    await whole();
  });

  test("of records is one of records: no hook runs, plugs stay", async () => {
    for (const name of ["siem", "core", "mesh"]) mustSucceed(await state("taint", urn(name)));
    const { text } = mustSucceed(await workspace.up());
    expect(text).toMatch(/\d replaced/);
    expect(vendor.takeJournal()).toEqual([]);
    await whole();
  });

  test("whose set-up fails is half set up, and goes on", async () => {
    mustSucceed(await state("taint", urn(PLUG)));
    vendor.broken.set("PUT /core/route", "no");
    expect((await workspace.up()).code).not.toBe(0);
    vendor.broken.clear();
    vendor.takeJournal();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["PUT /core/route"]);
    await whole();
  });

  test("whose teardown fails keeps the plug, and is made up for; with --continue-on-error the engine does not wait for ever", async () => {
    mustSucceed(await state("taint", urn(PLUG)));
    vendor.broken.set("DELETE /core/route", "no");
    const ran = await workspace.up("--continue-on-error");
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(/teardown hook "core: Drop the route".*\[HOOK_FAILED\]\n.*until then the plug is kept/);
    expect(vendor.takeJournal()).toEqual(["DELETE /core/route"]);
    mustSucceed(await workspace.refresh());
    vendor.broken.clear();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
    await whole();
  });

  test("that an earlier version left with an old copy to delete does not tear down what took its place", async () => {
    const file = `${workspace.folder}/copy.json`;
    mustSucceed(await workspace.pulumi("stack", "export", "--stack", "lab", "--file", file));
    const exported = JSON.parse(workspace.read("copy.json")) as { deployment: { resources: Resource[] } };
    const { resources } = exported.deployment;
    const copy = resources.find((each) => each.urn === urn(PLUG));
    resources.push({ ...(copy as Resource), delete: true } as Resource);
    workspace.write("copy.json", JSON.stringify(exported));
    mustSucceed(await workspace.pulumi("stack", "import", "--stack", "lab", "--file", file));
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual([]);
    await whole();
  });
});
