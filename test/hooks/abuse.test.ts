// Hooks that report what the protocol does not have, or what no engine can keep: refused by name, and nothing of it is stored.
import { findUnkeepable, kept } from "../../provider/src/base/keepable";
import { HookProject, resultOf } from "./hook-project";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let project: HookProject;
beforeAll(() => {
  project = new HookProject({ graceSeconds: 0.3 });
});
afterAll(() => project.remove());

/** Writes a reply past the host, as the running job's; then waits for ever, since it is this reply that must end the job. */
const report = (reply: object) =>
  `require("node:fs").writeSync(4, ${JSON.stringify(JSON.stringify({ id: 1, ...reply }))} + "\\n"); await new Promise(() => {});`;

test.each([
  ["a secret that is an object", { type: "set-secret", ask: 1, name: "k", value: { a: 1 } }, "set-secret.value"],
  ["a secret without a name", { type: "set-secret", ask: 1, value: "v" }, "set-secret.name"],
  ["settings that are a list", { type: "settings", settings: ["a"] }, "settings.settings"],
  ["settings that are nothing", { type: "settings" }, "settings.settings"],
  ["an error without text", { type: "error", error: {} }, "error.error.message"],
  ["an error that is nothing", { type: "error" }, "error.error"],
  ["an error at no place", { type: "error", error: { message: "x", at: { file: 1 } } }, "error.error.at.file"],
  ["a rule that is none", { type: "error", error: { message: "x" }, rule: "host" }, "error.rule"],
  ["a log without text", { type: "log", level: "info" }, "log.text"],
  ["a level that is none", { type: "log", level: "error", text: "x" }, "log.level"],
  ["a question of no kind", { type: "prompt", ask: 1, prompt: "yes", text: "x" }, "prompt.prompt"],
  ["a secret of nobody", { type: "secret", ask: 1, scope: "all", name: "x" }, "secret.scope"],
  ["an edit at no path", { type: "save", ask: 1, file: "x", edits: [{ path: "a" }] }, "save.edits.0.path"],
  ["hooks that are none", { type: "described", hooks: [{ kind: "root" }] }, "described.hooks.0.kind"],
  ["an exit without a number", { type: "exit", code: "0" }, "exit.code"],
  ["a reply without a type", {}, "a reply"],
])("%s fails its hook at once and stores nothing", async (_, reply, named) => {
  const heard = await project.run(report(reply), { timeout: 60 });
  expect(heard.failure).toMatchObject({ rule: "result", message: expect.stringContaining(`: ${named}`) });
  expect(heard.events).toEqual(["failed"]);
});

test("what is no JSON, or has no end, as well", async () => {
  for (const line of ['"{\\"type\\": "', '"x".repeat(65 * 1024 * 1024)']) {
    const heard = await project.run(`require("node:fs").writeSync(4, ${line} + "\\n"); await new Promise(() => {});`);
    expect(heard.failure?.message).toMatch(/^what it reported could not be handled: /);
  }
});

test("a type of a later protocol is passed over", async () => {
  const later = 'require("node:fs").writeSync(4, \'{"type":"later","id":1}\\n\');';
  expect((await project.run(`${later} c.plug.settings.a = 1;`)).events).toEqual(['settings: {"a":1}', "answered"]);
});

describe("plug.settings", () => {
  test("of 30 MB are refused by name; what was stored before stays", async () => {
    const heard = await project.run('c.plug.settings.id = "i-1"; c.plug.settings.all = "x".repeat(30e6);');
    expect(heard.failure).toMatchObject({
      rule: "result",
      message: "plug.settings takes 28.6 MiB, and 1 MiB is the most that is kept in a state",
    });
    expect(heard.settings).toEqual({ id: "i-1" });
  });

  test("that are made small again are kept", async () => {
    const heard = await project.run('c.plug.settings.all = "x".repeat(3e6); c.plug.settings.all = "x";');
    expect([heard.failure, heard.settings]).toEqual([undefined, { all: "x" }]);
  });

  test.each([
    ["half a character", '"ab😀".slice(0, 3)', "plug.settings.id ends or begins within a character"],
    ["half a character as a name", '{ ["😀"[0]]: 1 }', "a name in plug.settings.id ends or begins within a character"],
    ["Pulumi's unknown value", `["${UNKNOWN}"]`, `plug.settings.id[0] is ${UNKNOWN}, which means "not known yet"`],
    [
      "Pulumi's mark",
      '{ "4dabf18193072939515e22adb298388d": 1 }',
      "a name in plug.settings.id is 4dabf18193072939515e22",
    ],
  ])("with %s are refused by name", async (_, value, message) => {
    const heard = await project.run(`c.plug.settings.before = 1; c.plug.settings.id = ${value};`);
    expect(heard.failure).toMatchObject({ rule: "result", message: expect.stringContaining(message) });
    expect(heard.settings).toEqual({ before: 1 });
  });
});

describe("a secret", () => {
  test.each([
    ["half a character", '"ab😀".slice(0, 3)', "the secret k is no valid Unicode (\\ud83d at character 3)"],
    ["Pulumi's unknown value", `"${UNKNOWN}"`, `the secret k is ${UNKNOWN}, which means "not known yet" to Pulumi`],
    [
      "more than 1 MiB",
      '"x".repeat(2 * 1024 * 1024)',
      "the secret k takes 2.0 MiB, and 1 MiB is the most that is kept",
    ],
  ])("of %s is refused where it is stored", async (_, value, message) => {
    const heard = await project.run(`await c.plug.setSecret("k", ${value});`);
    expect(heard.failure?.message).toContain(message);
    expect(heard.failure?.at?.line).toBe(2);
    expect(heard.events).toEqual(["failed"]);
  });
});

test("what a hook returns must be valid text", async () => {
  expect((await project.run('return { id: "😀"[1] };')).failure).toMatchObject({
    rule: "result",
    message: "a hook returns JSON or nothing, but the result.id ends or begins within a character",
  });
});

test("two million lines in one log entry are cut, and the hook goes on", async () => {
  const heard = await project.run('c.log.info("x\\n".repeat(2_000_000)); return 1;');
  expect(resultOf(heard)).toBe(1);
  expect(heard.events).toHaveLength(202);
  expect(heard.events.slice(-2)).toEqual(["info: ... further output of this hook is not shown", "answered"]);
});

test("an error and lines with half a character are shown", async () => {
  const heard = await project.run(
    'console.log("a😀".slice(0, 2)); c.log.info("b" + "😀"[1]); throw new Error("c😀".slice(0, 2));',
  );
  expect(heard.events).toEqual(["info: a\ufffd", "info: b\ufffd", "failed"]);
  expect(heard.failure?.message).toBe("c\ud83d");
});

test("whatever reaches the last hop can be kept", () => {
  const broken = { a: "x\ud83d", [UNKNOWN]: [UNKNOWN, undefined, Number.NaN], gone: undefined, b: { "\ude00": null } };
  expect(findUnkeepable(kept(broken), "it")).toBeUndefined();
  expect(kept(broken)).toEqual({
    a: "x\ufffd",
    [`(${UNKNOWN})`]: [`(${UNKNOWN})`, null, null],
    b: { "\ufffd": null },
  });
  expect(kept({ a: ["x", { b: 1 }] })).toEqual({ a: ["x", { b: 1 }] });
});
