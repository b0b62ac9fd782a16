// Several meshes in one program: told apart, without renaming what the state of a program with one of them holds.
import { ownedMesh, PLUG, SETUP, TEARDOWN } from "./owned-mesh";
import { Vendor } from "./vendor";
import { mustSucceed, Workspace } from "./workspace";

/** `MESHES` of them, in the order of their names there. */
const program = `
const pulumi = require("@pulumi/pulumi");
const { Mesh } = require("pulumi-meshroom");
const args = { mesh: {}, lab: { settings: { core: { level: 7 } }, prefix: process.env.PREFIX ? true : undefined } };
for (const name of process.env.MESHES.split(" ")) new Mesh(name, { project: "mesh", ...args[name] });
`;

/** As the state has it, but for the order of what it depends on: that is a set, which the engine writes as it is told of it. */
function sorted(resource: unknown): unknown {
  return JSON.parse(JSON.stringify(resource), (key, value) => (key === "dependencies" ? value.sort() : value));
}

let vendor: Vendor;
let workspace: Workspace;

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(ownedMesh(vendor.url), { program });
  workspace.environment.MESHES = "mesh";
  await workspace.init();
  mustSucceed(await workspace.up());
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
});

test("hooks of the only mesh are told the plug's own name", () => {
  expect(vendor.things.get("/core/route")).toMatchObject({ plug: PLUG });
});

test("a second mesh of the same project is made beside the first, which stays as it is", async () => {
  workspace.environment.MESHES = "mesh lab";
  const before = workspace.resources();
  vendor.takeJournal();
  const { text } = mustSucceed(await workspace.up());
  expect(text).toMatch(/Resources:\n +\+ 6 created\n +7 unchanged/);
  expect(text).toContain("the resources of this mesh are called lab/...");
  const resources = workspace.resources();
  for (const name of ["siem", "core", PLUG]) expect(sorted(resources[name])).toEqual(sorted(before[name]));
  expect(Object.keys(resources)).toEqual(expect.arrayContaining(["lab/siem", "lab/core", `lab/${PLUG}`]));
  expect(vendor.takeJournal()).toEqual(SETUP);
});

test("its hooks are told another name of the plug, so that the two do not meet at a tenant", () => {
  expect(vendor.things.get("/core/route")).toEqual({ level: 7, zone: null, plug: `lab/${PLUG}` });
});

test("with `prefix: true` the program may make them in any order", async () => {
  Object.assign(workspace.environment, { MESHES: "lab mesh", PREFIX: "yes" });
  mustSucceed(await workspace.preview("--expect-no-changes"));
});

test("one may go without the other", async () => {
  workspace.environment.MESHES = "lab";
  vendor.takeJournal();
  mustSucceed(await workspace.up());
  expect(vendor.takeJournal()).toEqual(TEARDOWN);
  expect(Object.keys(workspace.resources())).toContain(`lab/${PLUG}`);
  expect(Object.keys(workspace.resources())).not.toContain(PLUG);
  mustSucceed(await workspace.destroy());
});
