// A project that a Pulumi program deploys: the stack's values reach the hooks, and only plugs are torn down.
import { join } from "node:path";
import { hookFile } from "../engine/meshes";
import { Vendor } from "../engine/vendor";
import { mustSucceed as mustRun, Workspace } from "../engine/workspace";
import { mustSucceed, type Ran, Room } from "./room";

const program = `const pulumi = require("@pulumi/pulumi");
const { Mesh } = require("pulumi-meshroom");
new pulumi.ComponentResource("test:index:Other", "something else");
new Mesh("mesh", { project: "mesh" });
`;

const produce = `
import { produce } from "pulumi-meshroom/hooks";
/** Show what a hook is given. */
export const show = produce(async ({ instance, plug, data }) => ({
  data,
  level: instance.settings.level,
  count: plug?.settings.count,
  isStored: (await plug?.secret("intake_key")) !== undefined,
  key: await instance.secret("API_KEY"),
}));
`;

let vendor: Vendor;
let workspace: Workspace;
let room: Room;

beforeAll(async () => {
  vendor = await Vendor.start();
  const settings = "settings:\n  - { name: url, required: true }\n  - { name: level, type: integer }\n";
  workspace = new Workspace(
    {
      "package.json": '{ "name": "test", "main": "index.js", "dependencies": { "pulumi-meshroom": "^0.1.0" } }\n',
      "mesh/products/edr/definition.yaml": `${settings}  - { name: API_KEY, secret: true, required: true }\nproduces:\n  events: [{}]\n`,
      "mesh/products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
      "mesh/products/edr/show.ts": produce,
      "mesh/products/siem/definition.yaml": `${settings}consumes:\n  events: [{}]\n`,
      "mesh/products/siem/intake.ts": hookFile({ role: "consumer", things: ["intake"] }),
      "mesh/instances/edr/edge/config.yaml": `settings: { url: "${vendor.url}", level: 1 }\n`,
      "mesh/instances/siem/east/config.yaml": `settings: { url: "${vendor.url}" }\n`,
      "mesh/instances/edr/edge/plugs/east/events.yaml": "",
    },
    { program },
  );
  await workspace.init();
  await workspace.configure("settings.edge.level", "5");
  await workspace.configure("secrets.edge.API_KEY", "c4nary-key", "--secret");
  room = new Room();
  Object.assign(room.environment, {
    PULUMI_HOME: join(workspace.folder, "home"),
    PULUMI_BACKEND_URL: `file://${join(workspace.folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
  });
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
  room.remove();
});

function meshroom(args: string[], stdin: string[] = []): Promise<Ran> {
  return room.meshroom(["-p", join(workspace.folder, "mesh"), ...args], stdin);
}

test("up runs the program's stack", async () => {
  const ran = mustSucceed(await meshroom(["up", "-y", "--stack", "lab"]));
  expect(ran.stdout).toMatch(/^1 plug set up/);
  expect(vendor.takeJournal()).toEqual(["PUT /east/intake", "PUT /edge/output"]);
  expect(Object.keys(workspace.resources())).toContain("something else");
});

test("hooks are given the stack's settings and secrets, and what set-up has stored; what they return is masked", async () => {
  const ran = mustSucceed(await meshroom(["produce", "events", "edge", "east", "--stack", "lab"], ["one"]));
  expect(JSON.parse(ran.stdout)).toEqual({ data: "one", level: 5, count: 2, isStored: true, key: "[secret]" });
});

test("--stack selects nothing for the user's next command", async () => {
  mustRun(await workspace.pulumi("stack", "init", "other"));
  mustSucceed(await meshroom(["down", "--preview", "--stack", "lab"]));
  expect((await workspace.pulumi("stack", "--show-name")).text.trim()).toBe("other");
});

test("a stack that is not there is told with what to do", async () => {
  const ran = await meshroom(["up", "-y", "--stack", "prod"]);
  expect(ran).toMatchObject({ code: 1 });
  expect(ran.stderr).toMatch(/has no stack prod \[STACK_UNKNOWN\]/);
});

test("down tears the plug down and leaves everything else", async () => {
  mustSucceed(await meshroom(["down", "-y", "--stack", "lab"]));
  expect(vendor.takeJournal()).toEqual(["DELETE /edge/output", "DELETE /east/intake"]);
  const left = Object.keys(workspace.resources());
  expect(left).toEqual(expect.arrayContaining(["something else", "edge", "east", "edr", "siem"]));
  expect(left).not.toContain("events: edge -> east");
});

test("where the stack can't be asked, unplug warns and goes on: the next up tears down what has left the tree", async () => {
  delete room.environment.PULUMI_BACKEND_URL;
  const ran = mustSucceed(await meshroom(["unplug", "events", "edge", "east"]));
  expect(ran.stderr).toContain("warning: what is up could not be asked");
  expect(ran.stdout).toContain("unplugged");
});
