// What depends on a thing with a problem is left alone, whichever way Pulumi takes; and what Pulumi's config makes of text.
import { ownedMesh, PLUG, SETUP, TEARDOWN } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

let vendor: Vendor;
let workspace: Workspace;
let before: string;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh(vendor.url, { level: 1 }));
  await workspace.init();
  await workspace.configure("settings.core.level", "2");
  mustSucceed(await workspace.up());
  before = recorded();
  vendor.takeJournal();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

const urn = (name: string) => String(workspace.resources()[name]?.urn);

/** What the state says of the instance and the plug. */
function recorded(): string {
  const outputs = ["core", PLUG].map((name) => workspace.resources()[name]?.outputs);
  return JSON.stringify(outputs, (key, value: unknown) => (key === "__replace" ? undefined : value));
}

describe("an instance whose override in the stack's config is wrong", () => {
  beforeAll(() => workspace.configure("settings.core.level", "high"));
  afterAll(() => workspace.configure("settings.core.level", "2"));

  test.each([
    ["up", () => workspace.up("--continue-on-error")],
    ["a targeted up", () => workspace.up("--target", urn(PLUG))],
    ["a refreshing up", () => workspace.up("--refresh")],
    ["a forced replacement of the plug", () => workspace.up("--replace", urn(PLUG), "--continue-on-error")],
    ["a forced replacement of the instance", () => workspace.up("--target-replace", urn("core"))],
    ["a preview", () => workspace.preview()],
  ])(
    "%s fails, names the rule and leaves it and its plug alone",
    async (_, run: () => Promise<Ran>) => {
      const { code, text } = await run();
      expect(code).not.toBe(0);
      expect(text).toMatch(/the setting `level` of instance core is an integer, found text \[SETTING_TYPE\]/);
      expect(text).not.toMatch(/provider[\\/]dist/);
      expect(vendor.takeJournal()).toEqual([]);
      expect(recorded()).toBe(before);
    },
    120_000,
  );
});

test("a forced replacement that was held back is made up for, once the problem is gone", async () => {
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual([...TEARDOWN, ...SETUP]);
});

describe("text that the config takes for a number", () => {
  test("is text where text is due", async () => {
    await workspace.configure("settings.core.zone", "8443");
    expect(workspace.read("Pulumi.lab.yaml")).toContain("zone: 8443");
    mustSucceed(await workspace.up());
    expect(vendor.things.get("/core/route")).toMatchObject({ zone: "8443", level: 2 });
  });

  test("is refused with key, file and the repair that works where it is not exact", async () => {
    await workspace.configure("settings.core.zone", "1.10", "--type", "float");
    const { code, text } = await workspace.preview();
    expect(code).not.toBe(0);
    expect(text).toContain("the setting `zone` of instance core is text, found a number [SETTING_TYPE]");
    const repair = "pulumi config set --type string --path 'settings.core.zone' VALUE";
    expect(text).toContain(`to repair: \`${repair}\`, or put the value in quotes in Pulumi.lab.yaml`);
    const [command = "", ...args] = repair.replaceAll("'", "").replace("VALUE", "1.10").split(" ");
    expect(command).toBe("pulumi");
    mustSucceed(await workspace.pulumi(...args, "--stack", "lab"));
    mustSucceed(await workspace.up());
    expect(vendor.things.get("/core/route")).toMatchObject({ zone: "1.10" });
  });
});
