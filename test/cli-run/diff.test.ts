// `meshroom diff` and `graph --diff` between revisions of a real repository, for each kind of change that a reviewer looks for.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { reportShape } from "../../provider/src/review/report";
import { Room } from "./room";

const intake = (title: string) => `import { setup } from "pulumi-meshroom/hooks";
/** ${title} */
export const create = setup({ role: "consumer", topic: "events", ownsBoth: true }, async () => {});
`;

/** A Pulumi project with two stacks, an EDR and a SIEM; its hooks would leave a file where they ran. */
const files: Record<string, string> = {
  "Pulumi.yaml": "name: soc\nruntime: nodejs\n",
  "package.json": JSON.stringify({ dependencies: { "pulumi-meshroom": "*" } }),
  "Pulumi.lab.yaml": "config:\n  soc:instances: [edge, core]\n",
  "Pulumi.prod.yaml":
    "config:\n  soc:settings:\n    core:\n      url: https://prod.example:8443\n      days: 90\n    edge:\n      url:\n        secure: AAAB:CANARY\n",
  "products/edr/definition.yaml": `settings:
  - name: url
  - {name: TOKEN, secret: true}
produces: {events: [{protocol: https}]}
executes: {isolate_host: [{}]}
`,
  "products/siem/definition.yaml": `settings:
  - name: url
  - {name: days, type: integer, default: 30}
  - {name: API_KEY, secret: true}
consumes: {events: [{description: Keeps events}]}
triggers: {isolate_host: [{}]}
`,
  "products/siem/intake.ts": `${intake("Create an intake")}import { writeFileSync } from "node:fs";\nwriteFileSync(process.cwd() + "/ran", "");\n`,
  "products/siem/respond.ts": `import { setup } from "pulumi-meshroom/hooks";
/** Allow the SIEM to isolate hosts */
export const allow = setup({ role: "trigger", topic: "isolate_host", ownsBoth: true }, async () => {});
`,
  "instances/edr/edge/config.yaml": "name: edge\nproduct: edr\nsettings: {url: https://edge.example}\n",
  "instances/siem/core/config.yaml": "name: core\nproduct: siem\nsettings: {url: https://core.example}\n",
  "instances/edr/edge/plugs/core/events.yaml": "src_instance: edge\ndst_instance: core\ntopic: events\n",
};

const room = new Room(files);
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: room.folder,
    encoding: "utf8",
  });

beforeAll(() => {
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "base");
});
afterEach(() => {
  expect(existsSync(join(room.folder, "ran"))).toBe(false);
  git("reset", "-q", "--hard");
  git("clean", "-qfd");
});
afterAll(() => room.remove());

async function diff(...args: string[]) {
  const ran = await room.meshroom(["diff", ...args]);
  return { code: ran.code, text: ran.stdout + ran.stderr };
}

/** What is said of a change, without the line that says what was compared. */
async function said(...args: string[]): Promise<string[]> {
  const { code, text } = await diff("HEAD", "--stack", "lab", ...args);
  expect([code, text]).toEqual([0, expect.any(String)]);
  return text.trimEnd().split("\n").slice(2);
}

test("nothing has changed", async () => {
  expect(await diff()).toEqual({
    code: 0,
    text: expect.stringMatching(/^from [0-9a-f]{40} to working tree\nnothing changes\n$/),
  });
  expect((await diff("--exit-code")).code).toBe(0);
});

test("a new flow that acts, and the secrets that cross for it", async () => {
  room.write(
    "instances/siem/core/plugs/edge/isolate_host.yaml",
    "src_instance: core\ndst_instance: edge\ntopic: isolate_host\n",
  );
  expect(await said()).toEqual([
    "stack lab: 1 new flow, nothing removed",
    "  acts: core can have edge do isolate_host",
    "  + core -> edge: isolate_host (acts), push",
    "      core: Allow the SIEM to isolate hosts",
    "  secret edge.TOKEN goes to the hooks of core (isolate_host: core -> edge)",
  ]);
  expect((await diff("--exit-code")).code).toBe(1);
});

test("a flow that goes", async () => {
  room.delete("instances/edr/edge/plugs");
  expect(await said()).toEqual([
    "stack lab: 1 removed",
    "  - edge -> core: events, push, https",
    "  secret edge.TOKEN no longer goes to the hooks of core (events: edge -> core)",
  ]);
});

test("a protocol that anybody can read replaces the flow", async () => {
  room.write(
    "products/edr/definition.yaml",
    (files["products/edr/definition.yaml"] ?? "").replace("https", "syslog-udp"),
  );
  expect(await said()).toEqual([
    "stack lab: 1 replaced, nothing removed",
    "  clear text: events goes over syslog-udp, which anybody on the way can read",
    "  ~ edge -> core: events, push, syslog-udp, clear text [replaced]",
    '      because constraints {"protocol":"https"} → {"protocol":"syslog-udp"}',
    "  product edr gained: produces events (protocol syslog-udp)",
    "  product edr lost: produces events (protocol https)",
  ]);
});

test("a setting, where it stands, and the destination that it names", async () => {
  room.write("instances/siem/core/config.yaml", "name: core\nproduct: siem\nsettings:\n  url: https://other.example\n");
  expect(await said()).toEqual([
    "stack lab: 1 set up again, nothing removed",
    "  ~ edge -> core: events, push, https [set up again]",
    "      because core.url https://core.example → https://other.example",
    "  setting core.url: https://core.example -> https://other.example  instances/siem/core/config.yaml:4",
    "  destination other.example: new",
    "  destination core.example: no longer",
  ]);
});

test("a stack's own values count for that stack alone, and what is encrypted stays hidden", async () => {
  room.write("Pulumi.prod.yaml", (files["Pulumi.prod.yaml"] ?? "").replace("90", "365"));
  expect(await said()).toEqual([]);
  const { text } = await diff("HEAD");
  expect(text).toContain("stack prod: 1 set up again");
  expect(text).toContain("because core.days 90 → 365");
  expect(text).not.toContain("CANARY");
});

test("an edited hook, its size, and what it touches; nothing of it is run", async () => {
  room.write(
    "products/siem/intake.ts",
    (files["products/siem/intake.ts"] ?? "").replace("Create an intake", "Make an intake"),
  );
  expect(await said()).toEqual([
    "stack lab: 1 set up again, nothing removed",
    "  computed: what it declares is computed: the steps shown may not be all",
    "  ~ edge -> core: events, push, https [set up again]",
    "      because other set-up steps",
    "      because products/siem/intake.ts was edited",
    "  hook products/siem/intake.ts edited (+1 -1), computed: events: edge -> core",
  ]);
});

test("a hook that only running it would tell is called computed, and its plug is not called broken", async () => {
  room.write(
    "products/siem/intake.ts",
    `import { setup } from "pulumi-meshroom/hooks";
const make = () => setup({ role: "consumer", topic: "events", ownsBoth: true }, async () => {});
export const create = make();
`,
  );
  const text = (await said()).join("\n");
  expect(text).toContain("products/siem/intake.ts edited");
  expect(text).toContain("computed");
  expect(text).not.toContain("can't be set up");
  expect(text).not.toContain("nothing sets up");
});

test("a hook that is new code", async () => {
  room.write("products/siem/more.ts", intake("Check the tenant"));
  const lines = await said();
  expect(lines).toContain("  new code: new code runs with the secrets of events: edge -> core");
  expect(lines).toContain("      because products/siem/more.ts was added");
});

test("a capability that is lost, and what that breaks", async () => {
  room.write(
    "products/siem/definition.yaml",
    (files["products/siem/definition.yaml"] ?? "").replace(/consumes.*\n/, ""),
  );
  const lines = await said();
  expect(lines[0]).toBe("stack lab: 1 replaced, 1 can't be set up, nothing removed");
  expect(lines).toContain("  product siem lost: consumes events, which breaks events: edge -> core");
});

test("a wider role", async () => {
  room.write("products/siem/definition.yaml", `${files["products/siem/definition.yaml"]}executes: {search: [{}]}\n`);
  expect(await said()).toEqual([
    "stack lab: nothing changes",
    "  wider role: siem executes search, which it did not before",
    "  product siem gained: executes search",
  ]);
});

test("JSON has the documented shape, and Markdown the comment's marker", async () => {
  room.write(
    "instances/siem/core/plugs/edge/isolate_host.yaml",
    "src_instance: core\ndst_instance: edge\ntopic: isolate_host\n",
  );
  const report = reportShape.parse(JSON.parse((await diff("--json")).text));
  expect(report.stacks.map(({ stack, flows }) => [stack, flows.added.length])).toEqual([
    ["lab", 1],
    ["prod", 1],
  ]);
  const { text } = await diff("--format", "markdown");
  expect(text).toMatch(/^<!-- meshroom-review -->\n## Security flows\n/);
  expect(text).toContain("```mermaid\nflowchart LR\n");
});

test("a mistake in the call is told, and nothing is left behind", async () => {
  expect(await diff("nosuchrevision")).toEqual({ code: 1, text: expect.stringContaining("[REVISION_MISSING]") });
  expect(await diff("--output=/nonexistent/x", "HEAD")).toEqual({
    code: 2,
    text: expect.stringContaining("/nonexistent/x can't be written"),
  });
  expect(await diff("HEAD", "--stack", "nosuch")).toEqual({
    code: 1,
    text: expect.stringContaining("the stacks are: lab, prod"),
  });
  const cache = join(room.folder, "../home/.cache/pulumi-meshroom/projects");
  const left = existsSync(cache)
    ? readdirSync(cache, { recursive: true, encoding: "utf8" }).filter((path) => /tree-/.test(path))
    : [];
  expect(left).toEqual([]);
});

test("a stack that is new is drawn as added whole", async () => {
  room.write("Pulumi.new.yaml", "config:\n  soc:instances: [edge, core]\n");
  const { code, stdout } = await room.meshroom(["graph", "--diff", "HEAD", "--stack", "new"]);
  const marks = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.charAt(0));
  expect([code, new Set(marks)]).toEqual([0, new Set(["+"])]);
});

test("the picture marks what has changed, and draws what has gone", async () => {
  room.delete("instances/edr/edge/plugs");
  room.write(
    "instances/siem/core/plugs/edge/isolate_host.yaml",
    "src_instance: core\ndst_instance: edge\ntopic: isolate_host\n",
  );
  const { stdout } = await room.meshroom(["graph", "--diff", "HEAD", "--stack", "lab"]);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd()),
  ).toEqual([
    "  [edge]",
    "-   ├── events ──▶ core",
    "+   └◀── isolate_host ── core",
    "  [core]",
    "+   ├── isolate_host ──▶ edge",
    "-   └◀── events ── edge",
  ]);
});
