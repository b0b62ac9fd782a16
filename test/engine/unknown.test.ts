// Outputs of resources that a first preview has not made yet, in every argument that takes them.
import { ownedMesh, PLUG } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const KEY = "c4nary-given-later";

/** The program's other resource, and a mesh that is given of it what `ARGS` says. */
const program = `
const pulumi = require("@pulumi/pulumi");
const { Mesh } = require("pulumi-meshroom");
class Server extends pulumi.dynamic.Resource {
  constructor(name) {
    super({ create: async () => ({ id: "server", outs: { zone: "z1", url: process.env.VENDOR, level: Number(process.env.LEVEL ?? 4), key: process.env.KEY } }) }, name, { zone: undefined, url: undefined, level: undefined, key: undefined }, { additionalSecretOutputs: ["key"] });
  }
}
const server = new Server("server");
const args = {
  all: { settings: { core: { url: server.url, level: server.level, net: { zone: server.zone, hops: [server.level, 2] } }, "${PLUG}": { label: server.zone } }, secrets: { edge: { API_KEY: server.key } } },
  instances: { instances: [server.zone] },
  instancesWhole: { instances: server.zone.apply((zone) => [zone]) },
  owner: { settings: { core: server.zone.apply((zone) => ({ zone })) } },
  adopt: { adopt: server.zone.apply(() => true) },
  project: { project: server.zone },
}[process.env.ARGS];
new Mesh("mesh", { project: "mesh", ...args });
`;

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh("http://nowhere.invalid"), { program });
  const definition = "mesh/products/siem/definition.yaml";
  workspace.write(
    definition,
    workspace
      .read(definition)
      .replace(
        "consumes:",
        "  - name: net\n    type: object\n    properties:\n      - { name: zone }\n      - { name: secure, type: boolean, default: true }\n      - { name: hops, type: array, items: { type: integer } }\nconsumes:",
      ),
  );
  const sensor = "mesh/products/sensor/definition.yaml";
  workspace.write(sensor, `settings:\n  - { name: API_KEY, secret: true, required: true }\n${workspace.read(sensor)}`);
  Object.assign(workspace.environment, { VENDOR: vendor.url, KEY, ARGS: "all" });
  await workspace.init();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

describe("a first preview", () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = mustSucceed(await workspace.preview());
  });

  test("shows what is not known as such, and nothing as wrong", () => {
    expect(ran.text).not.toMatch(/error|04da6b54/);
    for (const name of ["url", "level", "label", "edge.API_KEY"])
      expect(ran.text).toMatch(new RegExp(`\\b${name} *: (\\[unknown\\]|output<)`));
  });

  test("shows the steps all the same", () => {
    expect(ran.text).toMatch(/steps +: \[\n +\[0\]: "core: Open the intake"\n +\[1\]: "core: Route to it"/);
  });
});

describe("the up that follows", () => {
  beforeAll(async () => {
    mustSucceed(await workspace.up());
  });

  test("sets up with the values, merged with the tree's and filled with defaults", () => {
    expect(vendor.things.get("/core/route")).toMatchObject({ level: 4 });
    const { inputs } = workspace.resources()[PLUG] ?? {};
    expect(inputs).toMatchObject({
      destinationSettings: { url: vendor.url, net: { zone: "z1", secure: true, hops: [4, 2] } },
      settings: { label: "z1" },
      secrets: { "edge.API_KEY": expect.stringMatching(/^[0-9a-f]{12}$/) },
    });
    expect(inputs).not.toHaveProperty("__problem");
    expect(workspace.filesWith(KEY)).toEqual([]);
  });

  test("leaves nothing to do", async () => {
    mustSucceed(await workspace.preview("--expect-no-changes"));
  });
});

test("a value that turns out wrong fails the run, and nothing that depends on it is touched", async () => {
  vendor.takeJournal();
  workspace.environment.LEVEL = "1.5";
  mustSucceed(
    await workspace.pulumi("state", "taint", String(workspace.resources().server?.urn), "--stack", "lab", "--yes"),
  );
  const { code, text } = await workspace.up("--continue-on-error");
  expect(code).not.toBe(0);
  expect(text).toMatch(/the setting `level` of instance core is an integer, found another number \[SETTING_TYPE\]/);
  expect(vendor.takeJournal()).toEqual([]);
  expect(workspace.resources()[PLUG]?.outputs.destinationSettings).toMatchObject({ level: 4 });
});

test.each([
  ["instances", /`instances` is given as an Output/],
  ["instancesWhole", /`instances` is given as an Output/],
  ["owner", /`settings\.core` is given as an Output/],
  ["adopt", /`adopt` is given as an Output/],
  ["project", /`project` is given as an Output/],
])(
  "what decides which resources there are can't be an Output: %s",
  async (args, message) => {
    workspace.environment.ARGS = args;
    const { code, text } = await workspace.preview();
    expect(code).not.toBe(0);
    expect(text).toMatch(message);
    expect(text).toContain("[CONFIG_INVALID]");
  },
  120_000,
);
