// Text that hooks say, store and throw, on the real engine: nothing of it breaks the last hop, and every plug is recorded.
import { pythonWithTool } from "../python-venv";
import { instance } from "./meshes";
import { mustSucceed, type Ran, type Resource, Workspace } from "./workspace";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One consumer per way, with the body of its second set-up hook; the first has made something at the vendor's by then. */
const ways: Record<string, string> = {
  error: 'throw new Error("ab😀".slice(0, 3));',
  lines: 'console.log("ab😀".slice(0, 3)); log.warn("😀"[1] + "x");',
  settings: 'plug.settings.name = "ab😀".slice(0, 3);',
  secret: 'await plug.setSecret("key", "ab😀".slice(0, 3));',
  unknown: `plug.settings.name = "${UNKNOWN}";`,
  unknownsecret: `await plug.setSecret("key", "${UNKNOWN}");`,
  large:
    'plug.settings.all = "x".repeat(1_000_000); await plug.setSecret("key", "y".repeat(1_000_000)); throw new Error("z".repeat(5_000_000));',
  endless: 'plug.settings.all = "x".repeat(30_000_000);',
};

const hooks = (body: string, answer = "true") => `import { setup, status, teardown } from "pulumi-meshroom/hooks";
const scope = { role: "consumer", topic: "events", ownsBoth: true } as const;
/** Make it. */
export const make = setup(scope, async ({ plug }) => { plug.settings.id = "made"; await plug.setSecret("made", "s3cret-made"); });
/** Go on. */
export const goOn = setup(scope, async ({ plug, log }) => { ${body} });
/** Ask. */
export const ask = status({ role: "consumer", topic: "events" }, async () => ${answer});
/** Take it down. */
export const take = teardown({ role: "consumer", topic: "events" }, async () => {});
`;

function consumer(name: string, file: string, text: string): Record<string, string> {
  return {
    [`mesh/products/${name}/definition.yaml`]: "consumes:\n  events: [{}]\n",
    [`mesh/products/${name}/${file}`]: text,
    ...instance(name, name, {}),
    [`mesh/instances/a/a/plugs/${name}/events.yaml`]: "topic: events\n",
  };
}

const python = `from meshroom.decorators import setup_consumer, teardown_consumer
from meshroom.interaction import log

@setup_consumer("events", owns_both=True, order=1)
def make(plug):
    plug.settings["id"] = "made"

@setup_consumer("events", owns_both=True, order=2)
def go_on(plug):
    log("ab\\ud83d")
    BODY

@teardown_consumer("events")
def take(plug):
    pass
`;

let workspace: Workspace;
let ran: Ran;
let resources: Record<string, Resource>;

beforeAll(async () => {
  const files = {
    "mesh/products/a/definition.yaml": "produces:\n  events: [{}]\n",
    ...instance("a", "a", {}),
    ...consumer("status", "intake.ts", hooks("", '"not ab😀".slice(0, 7)')),
    ...consumer("pyerror", "intake.py", python.replace("BODY", 'raise ValueError("ab\\ud83d")')),
    ...consumer("pysettings", "intake.py", python.replace("BODY", 'plug.settings["name"] = "ab\\ud83d"')),
    ...consumer("pysecret", "intake.py", python.replace("BODY", 'plug.set_secret("key", "ab\\ud83d")')),
  };
  for (const [name, body] of Object.entries(ways)) Object.assign(files, consumer(name, "intake.ts", hooks(body)));
  workspace = new Workspace(files);
  workspace.environment.MESHROOM_PYTHON = pythonWithTool();
  await workspace.init();
  ran = await workspace.up("--continue-on-error");
  resources = workspace.resources();
});
afterAll(() => workspace.remove());

const stateOf = (name: string) => resources[`events: a -> ${name}`];

test.each([
  ["error", "ab\\ud83d [HOOK_FAILED]"],
  ["settings", "plug.settings.name ends or begins within a character [HOOK_RESULT]"],
  ["secret", "the secret key is no valid Unicode (\\ud83d at character 3) [HOOK_FAILED]"],
  ["unknown", `plug.settings.name is ${UNKNOWN}, which means "not known yet" to Pulumi [HOOK_RESULT]`],
  ["unknownsecret", `the secret key is ${UNKNOWN}, which means "not known yet" to Pulumi [HOOK_FAILED]`],
  ["large", "... (cut) [HOOK_FAILED]"],
  ["endless", "plug.settings takes 28.6 MiB, and 1 MiB is the most that is kept in a state [HOOK_RESULT]"],
  ["pyerror", "ValueError: ab\\ud83d [HOOK_FAILED]"],
  ["pysettings", "plug.settings.name is no valid Unicode (\\ud83d at character 3) [HOOK_RESULT]"],
  ["pysecret", "the secret key is no valid Unicode (\\ud83d at character 3) [HOOK_FAILED]"],
])("a hook's broken text (%s) is told, and what was done before is recorded", (name, told) => {
  expect(ran.code).not.toBe(0);
  // The engine escapes quotes and backslashes in what a resource has failed with.
  expect(ran.text.replaceAll('\\"', '"').replaceAll("\\\\", "\\")).toContain(told);
  expect(stateOf(name)?.outputs).toMatchObject({ __done: 1, state: { id: "made" } });
  expect(stateOf(name)?.initErrors).toHaveLength(1);
});

test("lines with such text are shown, and their plug is up", () => {
  expect(stateOf("lines")?.outputs).toMatchObject({ __done: 2 });
  expect(stateOf("lines")?.initErrors).toBeUndefined();
  expect(ran.text).toContain("[lines: Go on] ab\ufffd");
});

test("a status hook's broken answer is refused by name, and the plug stays", async () => {
  const refreshed = await workspace.refresh("--target", `**events: a -> status`);
  expect(refreshed.text.replaceAll('\\"', '"')).toContain("the result ends or begins within a character");
  expect(workspace.resources()["events: a -> status"]?.outputs).toMatchObject({ __done: 2 });
});

test("everything can be taken down", async () => {
  mustSucceed(await workspace.destroy());
});
