// What differs from stack to stack: instances, settings, secrets, plugs that another tool has set up.
import { hookFile, instance, twoPlugs } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const CANARY = "c4nary-from-config";
const GIVEN = "c4nary-from-a-resource";

let vendor: Vendor;
const workspaces: Workspace[] = [];

beforeAll(async () => {
  vendor = await Vendor.start();
});

afterAll(async () => {
  await vendor.stop();
  for (const workspace of workspaces) workspace.remove();
});

function newWorkspace(...args: ConstructorParameters<typeof Workspace>): Workspace {
  const workspace = new Workspace(...args);
  workspaces.push(workspace);
  return workspace;
}

describe("two stacks of one project", () => {
  let lab: Workspace;
  let prod: Workspace;
  let labRan: Ran;
  beforeAll(async () => {
    lab = newWorkspace(twoPlugs(vendor.url));
    prod = newWorkspace({}, { folder: lab.folder, stack: "prod" });
    await lab.init();
    await prod.init();
    const config = (stack: string, ...args: string[]) => lab.pulumi("config", "set", "--stack", stack, ...args);
    mustSucceed(await config("lab", "--path", "instances[0]", "edge"));
    mustSucceed(await config("lab", "--path", "instances[1]", "east"));
    mustSucceed(await config("prod", "--path", "settings.west.level", "9"));
    for (const stack of ["lab", "prod"])
      mustSucceed(await config(stack, "--secret", "--path", "secrets.edge.API_KEY", CANARY));
    [labRan] = (await Promise.all([lab.up(), prod.up()])).map(mustSucceed) as [Ran, Ran];
  });

  test("each has its own instances, and only the plugs between them", () => {
    const names = (workspace: Workspace) =>
      Object.keys(workspace.resources())
        .filter((name) => /edge|east|west/.test(name))
        .sort();
    expect(names(lab)).toEqual(["east", "edge", "events: edge -> east"]);
    expect(names(prod)).toEqual(["east", "edge", "events: edge -> east", "events_pull: edge -> west", "west"]);
  });

  test("each has its own settings: the stack's config wins over the tree", () => {
    expect(vendor.things.get("/west/intake")).toMatchObject({ level: 9 });
    expect(prod.resources().west).toMatchObject({ inputs: { settings: { level: 9, url: vendor.url } } });
    expect(prod.resources().east).toMatchObject({ inputs: { settings: { level: 1 } } });
  });

  test("secrets of the encrypted config serve, in clear nowhere; equal ones don't look equal", () => {
    expect(lab.filesWith(CANARY)).toEqual([]);
    expect(labRan.text).not.toContain(CANARY);
    const digest = (workspace: Workspace) => workspace.resources()["events: edge -> east"]?.inputs.secrets;
    expect(digest(lab)).toEqual({ "edge.API_KEY": expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(digest(lab)).not.toEqual(digest(prod));
  });

  test("a value that the tree does not know is refused before anything happens", async () => {
    vendor.takeJournal();
    await lab.configure("settings.esat.level", "2");
    const ran = await lab.up();
    mustSucceed(await lab.pulumi("config", "rm", "--stack", "lab", "--path", "settings"));
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(
      /the stack's `settings` names "esat", which is not in the project \[CONFIG_INVALID\]\n +to repair: did you mean east\?/,
    );
    expect(ran.text).not.toMatch(/provider[\\/]dist/);
    expect(vendor.takeJournal()).toEqual([]);
    expect(Object.keys(lab.resources())).toContain("events: edge -> east");
  });

  test("destroying one leaves the other", async () => {
    mustSucceed(await lab.destroy());
    expect(Object.keys(prod.resources())).toContain("events: edge -> east");
    mustSucceed(await prod.destroy());
  });
});

describe("settings and secrets that other resources of the program bring", () => {
  const program = `
const pulumi = require("@pulumi/pulumi");
const { Mesh } = require("pulumi-meshroom");
class Server extends pulumi.dynamic.Resource {
  constructor(name) {
    super({ create: async () => ({ id: "server", outs: { level: Number(process.env.LEVEL), key: process.env.KEY } }) }, name, { level: undefined, key: undefined }, { additionalSecretOutputs: ["key"] });
  }
}
const server = new Server("server");
const mesh = new Mesh("mesh", { project: "mesh", instances: ["edge", "east"], settings: { east: { level: server.level } }, secrets: { edge: { API_KEY: server.key } } });
exports.stored = mesh.plugs["events: edge -> east"].state;
`;
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = newWorkspace(twoPlugs(vendor.url), { program });
    Object.assign(workspace.environment, { LEVEL: "5", KEY: GIVEN });
    await workspace.init();
  });

  test("are unknown in a preview, and that is no error", async () => {
    const { text } = mustSucceed(await workspace.preview());
    expect(text).toMatch(/level: (output<|\[unknown\])/);
  });

  test("arrive at the hooks, and the plug's state is an output of the program", async () => {
    vendor.things.clear();
    const { text } = mustSucceed(await workspace.up());
    expect(vendor.things.get("/east/intake")).toMatchObject({ level: 5 });
    expect(text).toMatch(/stored: \{\n +count: 3/);
    expect(text).not.toContain(GIVEN);
    expect(workspace.filesWith(GIVEN)).toEqual([]);
  });

  test("are there for teardown too", async () => {
    mustSucceed(await workspace.destroy());
    expect([...vendor.things.keys()]).toEqual([]);
  });
});

describe("plugs that an existing project marks as up", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = newWorkspace({
      "mesh/products/edr/definition.yaml":
        "settings:\n  - { name: url }\n  - { name: level, type: integer }\nproduces:\n  events: [{}]\n",
      "mesh/products/siem/definition.yaml":
        "settings:\n  - { name: url }\n  - { name: level, type: integer }\nconsumes:\n  events: [{}]\n",
      "mesh/products/siem/intake.ts": hookFile({
        role: "consumer",
        things: ["intake"],
        setupOptions: ", ownsBoth: true",
      }),
      ...instance("edr", "edge", { url: vendor.url }),
      ...instance("siem", "there", { url: vendor.url }),
      ...instance("siem", "gone", { url: vendor.url }),
      "mesh/instances/edr/edge/plugs/there/events.yaml":
        "# set up by hand in March\ntopic: events\nstatus: up # by the other tool\nsettings: { count: 4 }\n",
      "mesh/instances/edr/edge/plugs/gone/events.yaml": "topic: events\nstatus: up\n",
    });
    vendor.things.set("/there/intake", { level: null });
    vendor.takeJournal();
    await workspace.init();
    mustSucceed(await workspace.up());
  });

  test("are taken over as they are where the tenant has them, and set up where it has not", () => {
    expect(vendor.takeJournal().filter((line) => line.startsWith("PUT"))).toEqual(["PUT /gone/intake"]);
    expect(workspace.resources()["events: edge -> there"]).toMatchObject({
      outputs: { __done: 1, state: { count: 4 } },
    });
  });

  test("live on like any other plug", async () => {
    for (const [path, text] of Object.entries(instance("siem", "there", { url: vendor.url, level: 3 })))
      workspace.write(path, text);
    mustSucceed(await workspace.up());
    expect(vendor.things.get("/there/intake")).toEqual({ level: 3, before: 4 });
  });

  test("are no longer called up once they are torn down, and are set up when they come again", async () => {
    mustSucceed(await workspace.destroy());
    expect(workspace.read("mesh/instances/edr/edge/plugs/there/events.yaml")).toBe(
      "# set up by hand in March\ntopic: events\nsettings: { count: 4 }\n",
    );
    vendor.takeJournal();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toContain("PUT /there/intake");
    mustSucceed(await workspace.destroy());
  });
});
