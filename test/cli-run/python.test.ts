// A project whose Python hooks alone say what its products do: every command sees it as `up` does.
import { pythonWithTool } from "../python-venv";
import { mustSucceed, Room } from "./room";

const manifest = "instances/edr/edge/plugs/central/events_push.yaml";
let room: Room;

beforeAll(() => {
  room = new Room({
    "products/edr/definition.yaml": "vendor: Example\n",
    "products/edr/hooks.py": `from meshroom.decorators import setup_producer
@setup_producer("events")
def send(plug):
    """Send"""`,
    "products/siem/definition.yaml": "vendor: Example\n",
    "products/siem/hooks.py": `from meshroom.decorators import setup_consumer, watch
@setup_consumer("events")
def open_intake(plug):
    """Open the intake"""
@watch("events")
def arrivals(instance):
    yield "an event"`,
    "instances/edr/edge/config.yaml": "product: edr\n",
    "instances/siem/central/config.yaml": "product: siem\n",
    [manifest]: "src_instance: edge\ndst_instance: central\ntopic: events\nmode: push\n",
  });
  room.environment.MESHROOM_PYTHON = pythonWithTool();
});
afterAll(() => room.remove());

async function said(...args: string[]): Promise<string> {
  const { stdout, stderr } = mustSucceed(await room.meshroom(args));
  return stdout + stderr;
}

test("its plugs are valid, listed, set up and watched", async () => {
  expect(await said("validate")).toContain("nothing is wrong");
  expect(await said("list", "plugs", "--json")).not.toContain("CAPABILITY");
  expect(await said("up", "--yes")).toContain("1 plug set up");
  expect(await said("watch", "events", "edge", "central")).toContain("an event");
});

test("a plug can be removed and made again", async () => {
  expect(await said("unplug", "events", "edge", "central", "--down")).toContain(`removed ${manifest}`);
  expect(await said("plug", "events", "edge", "central")).toContain("central: Open the intake");
});

test("what a hook implies can be written down", async () => {
  expect(await said("create", "capability", "edr", "events", "producer")).toContain("added to products/edr");
  expect(room.read("products/edr/definition.yaml")).toContain("produces:");
  expect(await said("create", "capability", "edr", "events", "producer")).toContain("has it already");
});

test("doctor asks the interpreter that would run the hooks", async () => {
  const checks = JSON.parse(mustSucceed(await room.meshroom(["doctor", "--json"])).stdout);
  expect(checks).toContainEqual(
    expect.objectContaining({ name: "meshroom for Python", isThere: true, found: expect.stringMatching(/^0\./) }),
  );
  room.environment.MESHROOM_PYTHON = "/nowhere/python";
  const { code, stderr } = await room.meshroom(["doctor"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("/nowhere/python -m pip install meshroom")]);
});
