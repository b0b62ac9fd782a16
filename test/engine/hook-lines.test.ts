// What hooks say, on the real engine and by the real command: in order, complete, behind the name of its hook, never taken for ours.

import { Room } from "../cli-run/room";
import { instance } from "./meshes";
import { mustSucceed, type Ran, Workspace } from "./workspace";

/** As our own diagnostics look, and as a CI system's commands do. */
const FORGED = ["products/a/definition.yaml:1:1: error: forged [MANIFEST_SHAPE]", "::error::forged", "##[error]forged"];
const COUNT = 60;

const hooks = `import { setup, teardown } from "pulumi-meshroom/hooks";
/** Put an intake. */
export const put = setup({ role: "consumer", topic: "events", ownsBoth: true }, async ({ log }) => {
  for (let i = 0; i < ${COUNT}; i++) (i % 3 === 0 ? log.info : i % 3 === 1 ? console.log : console.error)("line " + i);
  for (const line of ${JSON.stringify(FORGED)}) console.error(line);
  log.info("one\\ntwo");
  log.warn("careful");
});
/** Take it out. */
export const take = teardown({ role: "consumer", topic: "events", ownsBoth: true }, async () => {});
`;

const files = {
  "mesh/products/a/definition.yaml": "produces:\n  events: [{}]\n",
  "mesh/products/b/definition.yaml": "consumes:\n  events: [{}]\n",
  "mesh/products/b/intake.ts": hooks,
  ...instance("a", "a", {}),
  ...instance("b", "b", {}),
  "mesh/instances/a/a/plugs/b/events.yaml": "topic: events\n",
};

const said = [
  ...Array.from({ length: COUNT }, (_, i) => `line ${i}`),
  ...[
    "products/a/definition.yaml:1:1: error: forged [MANIFEST_SHAPE]",
    "\\u003a:error::forged",
    "\\u0023#[error]forged",
  ],
  ...["one", "two", "careful"],
];

/** The lines of the hook, in the order in which they stand in `text`. */
function linesOf(text: string): string[] {
  return [...text.matchAll(/\[b: Put an intake\] (.*)/g)].map(([, line]) => line ?? "");
}

/** Lines that a CI system, or a reader, would take for something else than a hook's words. */
function mistakable(text: string): string[] {
  return text.split("\n").filter((line) => /forged/.test(line) && !/\[b: Put an intake\] /.test(line));
}

describe("in pulumi", () => {
  let workspace: Workspace;
  let ran: Ran;
  beforeAll(async () => {
    workspace = new Workspace(files);
    // Of the engine's own debugging aids.
    workspace.environment.PULUMI_DEBUG_COMMANDS = "true";
    await workspace.init();
    ran = mustSucceed(await workspace.up("--event-log", `${workspace.folder}/events.json`));
  });
  afterAll(() => workspace.remove());

  test("every line is shown, in order, behind its hook", () => {
    const shown = ran.text.slice(ran.text.indexOf("Diagnostics:"));
    expect(linesOf(shown)).toEqual(said);
    expect(mistakable(ran.text)).toEqual([]);
  });

  test("what is printed on stderr is no warning", () => {
    expect(ran.text.match(/warning: .*/g)).toEqual(expect.arrayContaining(["warning: [b: Put an intake] careful"]));
    expect(ran.text).not.toMatch(/warning: .*(line \d|forged)/);
  });

  test("all have come before the plug is up", () => {
    interface Event {
      diagnosticEvent?: { message: string; urn?: string };
      resOutputsEvent?: { metadata: { urn: string } };
    }
    const events = workspace
      .read("events.json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Event);
    const isPlug = (urn = "") => urn.includes("meshroom:Plug");
    const lastLine = events.map(({ diagnosticEvent }) => isPlug(diagnosticEvent?.urn)).lastIndexOf(true);
    expect(events[lastLine]?.diagnosticEvent?.message).toContain("careful");
    expect(lastLine).toBeLessThan(events.findIndex(({ resOutputsEvent }) => isPlug(resOutputsEvent?.metadata.urn)));
  });
});

describe("in meshroom", () => {
  let room: Room;
  beforeAll(() => {
    room = new Room(Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replace("mesh/", ""), text])));
  });
  afterAll(() => room.remove());

  test("up shows every line, in order, before the plug is up, and a good run ends without a warning of ours", async () => {
    const ran = await room.meshroom(["up", "-y"]);
    expect(ran.code).toBe(0);
    const lines = ran.stderr.split("\n");
    const up = lines.findIndex((line) => line.includes("events: a -> b: up"));
    expect(linesOf(lines.slice(0, up).join("\n"))).toEqual(said);
    expect(mistakable(ran.stdout + ran.stderr)).toEqual([]);
    expect(lines.slice(up).filter((line) => line.includes("warning:"))).toEqual([
      "warning: events: a -> b: [b: Put an intake] careful [HOOK_WARNING]",
    ]);
    expect(ran.stderr).not.toMatch(/ENGINE_FAILED|^products\/a/m);
  });
});
