// `npm run demo` from start to end, on free ports: what it promises, and what it leaves alone.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(__dirname, "..");
const keyFiles = ["lab-keys.json", "prod-keys.json"];

interface Ran {
  code: number | null;
  text: string;
}

let folder: string;
let ran: Ran;
let before: string;
let after: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "demo-"));
  before = changes();
  ran = await demo();
  after = changes();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("succeeds, and says so", () => {
  expect(ran).toMatchObject({ code: 0, text: expect.stringContaining("=== All checks passed") });
});

test("runs the real commands in the order of the story", () => {
  const commands = [...ran.text.matchAll(/^\$ pulumi (preview|up|refresh|destroy) --stack (\w+)/gm)];
  expect(commands.map(([, verb, stack]) => `${verb} ${stack}`)).toEqual([
    ...["preview lab", "up lab", "preview lab", "up lab", "up prod", "refresh lab", "up lab"],
    ...["destroy lab", "destroy prod"],
  ]);
});

test.each([
  "a preview only: no tenant has changed",
  "edge has an output and siem an intake for it: events can flow",
  "the event reached the SIEM and 203.0.113.7 is blocked at perimeter",
  "shown: the setting, and the one plug of three that depends on it; no tenant has changed",
  "198.51.100.10 is known in prod only, 198.51.100.20 in the lab only",
  "found: `events: edge -> siem` has drifted (siem: no longer there",
  "there is an intake again: the event reached the SIEM",
  "nothing flows in lab any more",
  "nothing flows in prod any more",
])("has checked: %s", (line) => {
  const checks = ran.text.split("\n").filter((each) => each.startsWith("ok  "));
  expect(checks).toContainEqual(expect.stringContaining(line));
});

test("leaves the checkout as it was", () => {
  expect(after).toBe(before);
});

test("no API key is readable in what it prints and writes, but for the files of keys", () => {
  const keys = keyFiles.flatMap((name) => Object.values<string>(JSON.parse(readFileSync(join(folder, name), "utf8"))));
  expect(keys).toHaveLength(9);
  const holds = (text: string | Buffer) => keys.some((key) => text.includes(key));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const leaking = files.filter(({ parentPath, name }) => holds(readFileSync(join(parentPath, name))));
  expect(leaking.map(({ name }) => name).sort()).toEqual(keyFiles);
  expect(holds(ran.text)).toBe(false);
});

test("colours nothing in a file", () => {
  expect(ran.text).not.toContain("\x1b[");
});

test("an interrupted run tears down what it has set up, and ends", async () => {
  const interrupted = await demo("=== 5/14");
  expect(interrupted.code).toBe(130);
  expect(interrupted.text).toMatch(
    /=== Clean up: destroy what is left of lab\n.*- 13 deleted.*nothing is left running/s,
  );
});

/** Changes in the files of git that the demo works with; other tests work on other files meanwhile. */
function changes(): string {
  const paths = ["Pulumi.yaml", "package.json", "package-lock.json", "stacks", "meshroom-project", ".demo"];
  return execFileSync("git", ["status", "--porcelain", "--", ...paths], { cwd: repository, encoding: "utf8" });
}

/** Sends what Ctrl-C sends once the demo has printed `until`. */
function demo(until?: string): Promise<Ran> {
  const args = [join(repository, "tools/demo/main.mjs"), "--ephemeral", "--folder", folder];
  const child = spawn("node", args, { cwd: repository, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let isSent = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      if (until && !isSent && text.includes(until)) isSent = child.kill("SIGINT");
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}
