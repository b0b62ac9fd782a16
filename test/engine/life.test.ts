// The life of plugs on the real engine: each test looks at one promise of the resources; the engine runs once per step of the story.
import { instance, twoPlugs } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const CANARY = "c4nary-of-the-edge-key";
const ROTATED = "c4nary-of-the-new-key";

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(twoPlugs(vendor.url));
  workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = CANARY;
  workspace.commit();
  await workspace.init();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

describe("a first preview", () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await workspace.preview();
  });

  test("succeeds and calls no hook", () => {
    mustSucceed(ran);
    expect(vendor.takeJournal()).toEqual([]);
  });

  test("shows one resource per product in use, instance and plug", () => {
    const names = [...ran.text.matchAll(/dynamic\/meshroom:(\w+)::(.*)\]/g)].map(([, type, name]) => `${type} ${name}`);
    expect(names.sort()).toEqual([
      "Instance east",
      "Instance edge",
      "Instance west",
      "Plug events: edge -> east",
      "Plug events_pull: edge -> west",
      "Product edr",
      "Product siem",
    ]);
  });

  test("shows the steps in the order in which they would run: destination first in push, source first in pull", () => {
    expect(stepsShown(ran.text)).toEqual([
      ["east: Put intake", "east: Put parser", "edge: Put output"],
      ["edge: Put output", "west: Put intake", "west: Put parser"],
    ]);
  });

  test("shows nothing secret and no serialised code", () => {
    expect(ran.text).not.toContain(CANARY);
    expect(ran.text).not.toContain("__");
    expect(ran.text).not.toContain("require(");
    expect(ran.text).toMatch(/edge\.API_KEY: "[0-9a-f]{12}"/);
  });
});

describe("an up in which one plug fails", () => {
  let ran: Ran;
  beforeAll(async () => {
    vendor.broken.set("PUT /west/parser", "the parser is out of order");
    ran = await workspace.up("--continue-on-error");
  });

  test("fails, and the other plug is set up all the same", () => {
    expect(ran.code).not.toBe(0);
    expect([...vendor.things.keys()]).toEqual(expect.arrayContaining(["/east/intake", "/east/parser", "/edge/output"]));
  });

  test("runs each plug's hooks in the order of the preview", () => {
    const journal = vendor.takeJournal();
    expect(journal.filter((line) => line.includes("east"))).toEqual(["PUT /east/intake", "PUT /east/parser"]);
    expect(journal.filter((line) => line.includes("west"))).toEqual(["PUT /west/intake", "PUT /west/parser"]);
    expect(journal).toHaveLength(6);
  });

  test("shows the current step on each plug's own line", () => {
    expect(ran.text).toMatch(/events: edge -> east creating \(\d+s\) 1\/3 east: Put intake/);
    expect(ran.text).toMatch(/events_pull: edge -> west creating \(\d+s\) 3\/3 west: Put parser/);
  });

  test("says which plug, step, file and place failed and what to do, without a stack of ours", () => {
    expect(ran.text).toMatch(
      /products\/siem\/intake\.ts:\d+:\d+: error: setup hook "west: Put parser" of plug instances\/edr\/edge\/plugs\/west\/events_pull\.yaml: PUT parser: HTTP 500 the parser is out of order \[HOOK_FAILED\]/,
    );
    expect(ran.text).toContain("run `pulumi up` again: it goes on at step 3 of 3");
    expect(ran.text).not.toMatch(/at .*pulumi-meshroom|provider\/dist/);
  });

  test("keeps what the failed plug has done, its secrets encrypted", () => {
    const plug = workspace.resources()["events_pull: edge -> west"];
    expect(plug?.outputs).toMatchObject({ __done: 2, state: { count: 2 }, __touched: ["source", "destination"] });
    expect(plug?.initErrors).toHaveLength(1);
    expect(workspace.filesWith("made-for-intake-canary")).toEqual([]);
    expect(workspace.filesWith(CANARY)).toEqual([]);
  });
});

describe("the next up", () => {
  beforeAll(async () => {
    vendor.broken.clear();
    const ran = await workspace.up();
    mustSucceed(ran);
  });

  test("goes on from the step that failed", () => {
    expect(vendor.takeJournal()).toEqual(["PUT /west/parser"]);
    expect(workspace.resources()["events_pull: edge -> west"]).toMatchObject({
      outputs: { __done: 3, state: { count: 3 } },
    });
  });

  test("records the git revision as an output, never as an input", () => {
    const plug = workspace.resources()["events: edge -> east"];
    expect(plug?.outputs.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(JSON.stringify(plug?.inputs)).not.toContain(String(plug?.outputs.revision));
    expect(JSON.stringify(plug?.inputs)).not.toContain(workspace.folder);
  });
});

describe("when a setting, a secret and hook code have changed", () => {
  let preview: Ran;
  beforeAll(async () => {
    for (const [path, text] of Object.entries(instance("siem", "east", { url: vendor.url, level: 2 })))
      workspace.write(path, text);
    preview = await workspace.preview();
    expect(vendor.takeJournal()).toEqual([]);
  });

  test("a changed setting shows as just that, on the instance and on its plug", () => {
    expect(preview.text.match(/level: 1 => 2/g)).toHaveLength(2);
    expect(preview.text).toMatch(/~ 2 to update/);
    expect(changesShown(preview.text)).toEqual(["destinationSettings", "level", "settings"]);
  });

  test("a rotated secret shows as a changed digest of that name; an edited hook as that file", async () => {
    workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = ROTATED;
    const path = "mesh/products/siem/intake.ts";
    workspace.write(path, workspace.read(path).replace("Delete parser.", "Delete the parser."));
    const { text } = await workspace.preview();
    expect(text).toMatch(/edge\.API_KEY: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    expect(text).toMatch(/products\/siem\/intake\.ts: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    expect(text).not.toContain(ROTATED);
    expect(changesShown(text)).not.toContain("products/edr/forward.ts");
  });

  test("up runs the setup hooks again, with what they had stored before", async () => {
    const ran = await workspace.up();
    mustSucceed(ran);
    expect(vendor.takeJournal().filter((line) => line.includes("east"))).toEqual([
      "PUT /east/intake",
      "PUT /east/parser",
    ]);
    expect(vendor.things.get("/east/intake")).toEqual({ level: 2, before: 3 });
    expect(workspace.resources()["events: edge -> east"]).toMatchObject({ outputs: { state: { count: 6 } } });
  });

  test("without a change, nothing is shown and no hook runs", async () => {
    const ran = await workspace.preview("--expect-no-changes");
    mustSucceed(ran);
    expect(vendor.takeJournal()).toEqual([]);
  });

  test("where the secret can't be read, its old digest stays and the reviewer is told", async () => {
    delete workspace.environment.MESHROOM_SECRET_EDGE_API_KEY;
    const ran = await workspace.preview("--expect-no-changes");
    workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = ROTATED;
    mustSucceed(ran);
    expect(ran.text).toContain("not readable here: edge.API_KEY; changes of secrets are not shown");
  });
});

describe("drift", () => {
  beforeAll(async () => {
    for (const thing of ["/west/intake", "/west/parser", "/edge/output"]) vendor.things.delete(thing);
    vendor.things.set("/east/parser", { level: 7 });
    const ran = await workspace.refresh();
    mustSucceed(ran);
  });

  test("refresh changes nothing at the vendor", () => {
    expect(vendor.takeJournal().filter((line) => !line.startsWith("GET"))).toEqual([]);
  });

  test("a plug that is gone at both ends leaves the state; one that differs, or is gone at one end, stays and says how", () => {
    const resources = workspace.resources();
    expect(Object.keys(resources)).not.toContain("events_pull: edge -> west");
    expect(resources["events: edge -> east"]?.outputs.drift).toEqual([
      "east: parser has another level",
      "edge: no longer there (Ask for output)",
    ]);
  });

  test("the next up restores both", async () => {
    const ran = await workspace.up();
    mustSucceed(ran);
    const journal = vendor.takeJournal();
    expect(journal.filter((line) => line.includes("west"))).toEqual(["PUT /west/intake", "PUT /west/parser"]);
    expect(journal.filter((line) => line.includes("east"))).toEqual(["PUT /east/intake", "PUT /east/parser"]);
    expect(workspace.resources()["events: edge -> east"]?.outputs).not.toHaveProperty("drift");
  });

  test("a tenant that can't be asked fails the refresh of its plug and nothing is lost", async () => {
    const before = Object.keys(workspace.resources());
    const path = "mesh/products/siem/intake.ts";
    const intact = workspace.read(path);
    workspace.write(path, intact.replace("if (!response.ok) return false;", 'throw new Error("no answer");'));
    const ran = await workspace.refresh();
    workspace.write(path, intact);
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain('status hook "east: Ask for intake"');
    expect(Object.keys(workspace.resources())).toEqual(before);
    vendor.takeJournal();
  });
});

describe("a change of mode", () => {
  test("tears down with the old plan, then sets up with the new one", async () => {
    workspace.write("mesh/instances/edr/edge/plugs/west/events_pull.yaml", "topic: events\nmode: push\n");
    const ran = await workspace.up();
    mustSucceed(ran);
    expect(vendor.takeJournal()).toEqual([
      "DELETE /west/parser",
      "DELETE /west/intake",
      "DELETE /edge/output",
      "PUT /west/intake",
      "PUT /west/parser",
      "PUT /edge/output",
    ]);
  });
});

describe("teardown", () => {
  test("a failing teardown hook fails the destroy and keeps the plug", async () => {
    vendor.broken.set("DELETE /east/parser", "not now");
    const ran = await workspace.destroy("--continue-on-error");
    expect(ran.code).not.toBe(0);
    expect(ran.text).toContain(
      'teardown hook "east: Delete the parser" of plug instances/edr/edge/plugs/east/events.yaml',
    );
    expect(ran.text).not.toMatch(/provider\/dist/);
    expect(Object.keys(workspace.resources())).toContain("events: edge -> east");
    expect(Object.keys(workspace.resources())).not.toContain("events_pull: edge -> west");
    vendor.broken.clear();
  });

  test("works in exactly the reverse order when the product has left the tree, with the recorded revision's hooks", async () => {
    workspace.commit();
    mustSucceed(await workspace.up());
    vendor.takeJournal();
    for (const path of ["products/siem", "instances/siem", "instances/edr/edge/plugs"]) {
      const { rmSync } = await import("node:fs");
      rmSync(`${workspace.folder}/mesh/${path}`, { recursive: true });
    }
    workspace.commit();
    const ran = await workspace.up();
    mustSucceed(ran);
    const journal = vendor.takeJournal();
    expect(journal.filter((line) => line.includes("east"))).toEqual(["DELETE /east/parser", "DELETE /east/intake"]);
    expect(journal).toHaveLength(6);
    expect([...vendor.things.keys()]).toEqual([]);
    expect(Object.keys(workspace.resources()).filter((name) => name.includes("events"))).toEqual([]);
  });
});

/** Names of the properties that a preview marks as changed. */
function changesShown(text: string): string[] {
  return [...new Set([...text.matchAll(/^ +~ ([^:\s]+) *: (?!\(update\))/gm)].map(([, name]) => String(name)))].sort();
}

/** The `steps` of each plug in a preview, in the order of their first line. */
function stepsShown(text: string): string[][] {
  const lists = text.split(/\bsteps +: \[\n/).slice(1);
  const steps = lists.map((list) =>
    [...list.slice(0, list.search(/^ *\]$/m)).matchAll(/\[\d+\]: "(.*)"/g)].map(([, step]) => String(step)),
  );
  return steps.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}
