// What Python hooks ask of a person: at a terminal they wait for the answer, elsewhere they say what to do.
import { interrupt } from "../cli/pseudo-terminal";
import { pythonWithTool } from "../python-venv";
import { mustSucceed, Room } from "./room";

const hooks = `from meshroom.decorators import execute, produce, publish, setup_consumer, teardown_consumer
from meshroom.interaction import box


@setup_consumer("events")
def open_intake(plug):
    """Open the intake"""
    box("Create a token at the vendor's", block=True)
    plug.settings["opened"] = True
    plug.save()


@teardown_consumer("events")
def close_intake(plug):
    """Close the intake"""
    box("Revoke the token", block=True)


@produce("events")
def emulate(instance, data):
    box("Look at the screen", block=True)
    return f"got {data}"


@execute("isolate")
def isolate(instance):
    key = instance.get_secret("PIN", "Which PIN?")
    print("isolated with", key)


@publish()
def hand_over(product):
    """Hand it over"""
    box("Sign the form", block=True)
    print("handed over")
`;

let room: Room;

beforeAll(() => {
  room = new Room({
    "products/edr/definition.yaml": "produces:\n  events: [{}]\n",
    "products/siem/definition.yaml":
      "settings:\n  - { name: PIN, secret: true }\nconsumes:\n  events: [{}]\nexecutes:\n  isolate: [{}]\n",
    "products/edr/forward.py":
      'from meshroom.decorators import setup_producer\n\n\n@setup_producer("events")\ndef send(plug):\n    """Send"""\n',
    "products/siem/hooks.py": hooks,
    "instances/edr/edge/config.yaml": "",
    "instances/siem/soc/config.yaml": "",
    "instances/edr/edge/plugs/soc/events.yaml": "",
  });
  room.environment.MESHROOM_PYTHON = pythonWithTool();
});

afterAll(() => room.remove());

test("without a terminal, up fails with what is to be done", async () => {
  const ran = await room.meshroom(["up", "-y"]);
  expect(ran).toMatchObject({ code: 1 });
  expect(ran.stderr).toMatch(/a step is to be done by hand: Create a token at the vendor's; .*\[HOOK_FAILED\]/);
});

test("at a terminal, up waits until the person has done it", async () => {
  const terminal = room.startAtTerminal("up -y");
  await terminal.see("Create a token at the vendor's");
  await terminal.answer("Press Enter when it is done.", "");
  await terminal.see("events: edge -> soc: up");
  expect(await terminal.end()).toBe(0);
});

test("Ctrl-C at a question ends the run and keeps the plug", async () => {
  const terminal = room.startAtTerminal("down -y");
  await terminal.see("Press Enter when it is done.");
  terminal.type(interrupt);
  expect(await terminal.end()).toBe(130);
  expect(mustSucceed(await room.meshroom(["up", "--preview"])).stdout).toMatch(/^nothing to do/);
});

test("--assume-manual-steps-done needs nobody", async () => {
  mustSucceed(await room.meshroom(["down", "-y", "--assume-manual-steps-done"]));
  mustSucceed(await room.meshroom(["up", "-y", "--assume-manual-steps-done"]));
});

test("produce takes the answer from the lines that are typed, and sends the others", async () => {
  const terminal = room.startAtTerminal("produce events edge soc");
  await terminal.answer("Ctrl-D to end", "one");
  await terminal.answer("Press Enter when it is done.", "");
  await terminal.see("got one");
  terminal.type("\u0004");
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).not.toContain("got \n");
});

test("trigger asks for a secret, and hides it", async () => {
  const terminal = room.startAtTerminal("trigger isolate soc");
  await terminal.answer("Which PIN?", "c4nary-pin");
  await terminal.see("isolated with [secret]");
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).not.toContain("c4nary-pin");
});

test("publish waits", async () => {
  const terminal = room.startAtTerminal("publish siem");
  await terminal.answer("Press Enter when it is done.", "");
  await terminal.see("handed over");
  expect(await terminal.end()).toBe(0);
});
