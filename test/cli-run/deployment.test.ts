// Which Pulumi program a project is deployed by.
import { join } from "node:path";
import { findDeployment } from "../../provider/src/actions/engine/deployment";
import { MeshroomError } from "../../provider/src/diagnostic";
import { Room } from "./room";

const program = { "Pulumi.yaml": "name: soc\nruntime: nodejs\nmain: stacks\n", "stacks/index.ts": "" };
const ours = '{ "dependencies": { "pulumi-meshroom": "^0.1.0" } }';

const rooms: Room[] = [];
afterAll(() => {
  for (const made of rooms) made.remove();
});

function room(files: Record<string, string>): Room {
  const made = new Room({ "mesh/instances/README.md": "", ...files });
  rooms.push(made);
  return made;
}

test("the nearest program above the project that depends on us", () => {
  const { folder } = room({ ...program, "package.json": ours });
  expect(findDeployment(join(folder, "mesh"))).toEqual({
    kind: "program",
    root: join(folder, "mesh"),
    folder,
    programFolder: join(folder, "stacks"),
    project: "soc",
    stack: undefined,
  });
});

test.each([
  ["another program", '{ "dependencies": { "@pulumi/aws": "^7.0.0" } }'],
  ["a program whose package.json is broken", "{"],
])("%s has nothing to do with the mesh", (_, text) => {
  const { folder } = room({ ...program, "package.json": text });
  const deployment = findDeployment(join(folder, "mesh"));
  expect(deployment).toMatchObject({ kind: "local", folder: join(folder, "mesh/.meshroom/pulumi"), stack: "local" });
});

test("a project without a program has one stack", () => {
  const { folder } = room({});
  expect(findDeployment(join(folder, "mesh"), "local").stack).toBe("local");
  expect(() => findDeployment(join(folder, "mesh"), "prod")).toThrow(MeshroomError);
});

test("without the engine, up says how to get it", async () => {
  const made = room({});
  made.environment.PATH = "/nowhere";
  const ran = await made.meshroom(["-p", join(made.folder, "mesh"), "up", "-y"]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/\[ENGINE_MISSING\]\n {2}to repair: install it: `curl /);
});
