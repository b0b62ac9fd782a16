// A secret that is an object: no command prints a part of it, whatever a hook does with it.
import { Room } from "./room";

const hooks = `import { execute, produce, trigger, watch } from "pulumi-meshroom/hooks";
const password = async ({ instance }) => JSON.parse(await instance.secret("account")).password;
/** Print, and give it. */
export const run = execute({ topic: "isolate" }, async (c) => {
  console.log("with", await password(c));
  return { password: await password(c) };
});
/** Throw it. */
export const fail = execute({ topic: "release" }, async (c) => {
  throw new Error(await password(c));
});
export const send = produce(async (c) => console.log(await password(c)) ?? (await password(c)));
export const look = watch(async function* (c) {
  yield await password(c);
});
`;

const room = new Room({
  "products/siem/definition.yaml":
    "settings:\n  - { name: account, type: object, secret: true }\nconsumes:\n  events: [{}]\nexecutes:\n  isolate: [{}]\n  release: [{}]\n",
  "products/siem/hooks.ts": hooks,
  "instances/siem/desk/config.yaml": "",
});
room.environment.MESHROOM_SECRET_DESK_ACCOUNT = '{"user": "u", "password": "CANARY-hunter2-xyz"}';
afterAll(() => room.remove());

test.each([
  [["execute", "isolate", "desk"], 0],
  [["execute", "release", "desk"], 1],
  [["trigger", "isolate", "desk"], 0],
  [["produce", "events", "desk"], 0],
  [["watch", "events", "desk"], 0],
] as const)("%j", async (args, code) => {
  const ran = await room.meshroom(args, ["one"]);
  expect(ran).toMatchObject({ code });
  expect(ran.stdout + ran.stderr).toContain("[secret]");
  expect(ran.stdout + ran.stderr).not.toContain("CANARY");
});
