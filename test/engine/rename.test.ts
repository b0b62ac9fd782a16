// What the program calls the mesh, and where it puts it: whose URNs that changes.
import { ownedMesh, PLUG, SETUP, TEARDOWN } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, Workspace } from "./workspace";

let vendor: Vendor;
let workspace: Workspace;
let before: string[];

const program = (mesh: string) =>
  `const pulumi = require("@pulumi/pulumi");\nconst { Mesh } = require("pulumi-meshroom");\n${mesh}\n`;
const urns = () => Object.values(workspace.resources()).map(({ urn }) => urn);

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh(vendor.url));
  await workspace.init();
  mustSucceed(await workspace.up());
  before = urns();
  expect(vendor.takeJournal()).toEqual(SETUP);
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

/** The mesh within a component of the program's own. */
const below = (options: string) =>
  program(`class Site extends pulumi.ComponentResource {
  constructor(name) {
    super("test:index:Site", name);
    new Mesh("soc", { project: "mesh" }, { parent: this, ${options} });
  }
}
new Site("site");`);

test("another name of the component is another URN of the component alone: no hook runs", async () => {
  workspace.write("index.js", program('new Mesh("soc", { project: "mesh" });'));
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual([]);
  expect(urns().filter((urn) => !before.includes(urn))).toEqual([expect.stringMatching(/::soc$/)]);
  expect(before.filter((urn) => !urns().includes(urn))).toEqual([expect.stringMatching(/::mesh$/)]);
});

test("below another component, all URNs are others: the plug would be set up and then torn down", async () => {
  workspace.write("index.js", below(""));
  const { text } = mustSucceed(await workspace.preview());
  expect(text).toMatch(
    /\+ pulumi-nodejs:dynamic\/meshroom:Plug: \(create\)[\s\S]*- pulumi-nodejs:dynamic\/meshroom:Plug: \(delete\)/,
  );
});

test("with an alias of where it was, it is moved: no hook runs, and nothing is to be done any more", async () => {
  workspace.write("index.js", below("aliases: [{ parent: pulumi.rootStackResource }]"));
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual([]);
  expect(urns().filter((urn) => urn.endsWith(PLUG))).toEqual([
    "urn:pulumi:lab::test::test:index:Site$meshroom:index:Mesh$pulumi-nodejs:dynamic/meshroom:Plug::alerts: edge -> core",
  ]);
  mustSucceed(await workspace.preview("--expect-no-changes"));
  mustSucceed(await workspace.destroy());
  expect(vendor.takeJournal()).toEqual(TEARDOWN);
});
