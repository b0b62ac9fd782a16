// Settings that the stack or the program gives encrypted, on the real engine: the hooks get them, and they are nowhere in clear.
import { createHash } from "node:crypto";
import { instance } from "./meshes";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const canary = {
  url: "http://c4nary-url.invalid",
  token: "c4nary-nested-token",
  own: "c4nary-of-the-plug",
  output: "c4nary-of-the-program",
  changed: "http://c4nary-changed.invalid",
  whole: "http://c4nary-whole.invalid",
};
const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

const hooks = `import { createHash } from "node:crypto";
import { setup, status, teardown } from "pulumi-meshroom/hooks";
const scope = { role: "consumer", topic: "events", ownsBoth: true } as const;
const digest = (text) => createHash("sha256").update(String(text)).digest("hex").slice(0, 8);
const tell = ({ instance, peer, plug }, when) => {
  const given = [instance.settings.url, instance.settings.auth.token, plug.settings.own, peer.settings.url];
  console.log(when, given.map(digest).join(" "), "in clear:", ...given);
  if (when === "put") plug.settings.seen = given.map(digest).join(" ");
};
/** Put it. */
export const put = setup(scope, (context) => tell(context, "put"));
/** Ask. */
export const ask = status({ role: "consumer", topic: "events" }, (context) => void tell(context, "ask"));
/** Take it down. */
export const take = teardown({ role: "consumer", topic: "events" }, (context) => tell(context, "take"));
`;

const auth = "  - name: auth\n    type: object\n    properties: [{ name: user }, { name: token }]\n";
const files = {
  "mesh/products/edr/definition.yaml": "settings: [{ name: url }]\nproduces:\n  events: [{}]\n",
  "mesh/products/siem/definition.yaml": `settings:\n  - { name: url }\n  - { name: level, type: integer }\n${auth}consumes:\n  events: [{}]\n`,
  "mesh/products/siem/intake.ts": hooks,
  ...instance("edr", "edge", { url: "http://edge" }),
  ...instance("siem", "core", { url: "http://core", auth: { user: "me" } }),
  "mesh/instances/edr/edge/plugs/core/events.yaml": "topic: events\n",
};
const program = `const pulumi = require("@pulumi/pulumi");
const { Mesh } = require("pulumi-meshroom");
new Mesh("mesh", { project: "mesh", settings: { edge: { url: pulumi.secret("${canary.output}") } } });
`;
const PLUG = "events: edge -> core";

let workspace: Workspace;
const runs: Ran[] = [];
const run = async (ran: Promise<Ran>) => {
  runs.push(await ran);
  return mustSucceed(runs.at(-1) as Ran);
};
const told = (url: string) => [url, canary.token, canary.own, canary.output].map(digest).join(" ");

beforeAll(async () => {
  workspace = new Workspace(files, { program });
  await workspace.init();
  await workspace.configure("settings.core.url", canary.url, "--secret");
  await workspace.configure("settings.core.level", "3");
  await workspace.configure("settings.core.auth.token", canary.token, "--secret");
  await workspace.configure(`settings["${PLUG}"].own`, canary.own, "--secret");
  await run(workspace.preview());
  await run(workspace.up());
});
afterAll(() => workspace.remove());

/** The values in clear, in what was printed and in what lies in files; the program's text holds the one that it gives. */
function inClear(): string[] {
  const values = Object.values(canary);
  const printed = runs.flatMap(({ text }) => values.filter((value) => text.includes(value)));
  const kept = values.flatMap((value) => workspace.filesWith(value).filter((path) => !path.endsWith("/index.js")));
  return [...printed, ...kept];
}

test("the hook gets each value, and what it prints of them is masked", () => {
  expect(runs.at(-1)?.text).toContain(`put ${told(canary.url)} in clear: [secret] [secret] [secret] [secret]`);
});

test("neither what is printed nor the state has one in clear", async () => {
  expect(inClear()).toEqual([]);
  const { outputs } = workspace.resources()[PLUG] ?? {};
  expect(outputs?.state).toMatchObject({ own: "[secret]", seen: told(canary.url) });
  expect(JSON.stringify(outputs)).toContain("ciphertext");
  expect(mustSucceed(await workspace.pulumi("stack", "export", "--stack", workspace.stack)).text).not.toContain(
    "c4nary",
  );
});

test("what the stack's file has in clear stays in clear", () => {
  expect(workspace.resources().core?.inputs.settings).toMatchObject({ level: 3 });
});

test("another up changes nothing, a refresh asks with the values", async () => {
  expect((await run(workspace.up())).text).toContain("unchanged");
  expect((await run(workspace.refresh())).text).toContain(`ask ${told(canary.url)} in clear: [secret]`);
});

test("a change is shown as secret and set up again", async () => {
  await workspace.configure("settings.core.url", canary.changed, "--secret");
  await run(workspace.preview());
  expect((await run(workspace.up("--diff"))).text).toContain(`put ${told(canary.changed)}`);
  expect(workspace.resources()[PLUG]?.outputs.state).toMatchObject({ own: "[secret]", seen: told(canary.changed) });
  expect(inClear()).toEqual([]);
});

test("given as one object as well", async () => {
  const whole = { core: { url: canary.whole, auth: { token: canary.token } }, [PLUG]: { own: canary.own } };
  await workspace.pulumi("config", "rm", "settings", "--stack", workspace.stack);
  mustSucceed(
    await workspace.pulumi("config", "set", "--stack", workspace.stack, "--secret", "settings", JSON.stringify(whole)),
  );
  expect((await run(workspace.up())).text).toContain(`put ${told(canary.whole)}`);
  expect(inClear()).toEqual([]);
});

test("teardown gets them too", async () => {
  expect((await run(workspace.destroy())).text).toContain(`take ${told(canary.whole)} in clear: [secret]`);
  expect(inClear()).toEqual([]);
});
