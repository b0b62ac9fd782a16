// The one runner of hooks, with real hosts: whatever runs a hook, no part of a secret comes out of it, and a failure says what it is about.
import { HookError, runHook } from "../../provider/dist/mesh/run-hook";
import { SecretMask } from "../../provider/dist/secrets/mask";
import type { HookKind } from "../../provider/src/model/hook";
import { contextWith, HookProject, lineOf, TITLE } from "../hooks/hook-project";

const account = JSON.stringify({ user: "operator", login: { password: "CANARY-hunter2-xyz" }, keys: ["CANARY-key-1"] });
const project = new HookProject();
afterAll(() => project.remove());

/** Runs a hook that may ask for the secret `account`; gives what came of it, and every line that was shown. */
async function run(body: string, kind: HookKind = "execute", mask = new SecretMask()) {
  const file = project.write(
    `products/p/${kind}-${Math.random()}.ts`,
    `import { ${kind} } from "pulumi-meshroom/hooks";\nexport const run = ${kind}(async function${kind === "watch" ? "*" : ""} (c) {\n${body}\n});\n`,
  );
  const lines: string[] = [];
  const items: unknown[] = [];
  const heard = { lines, items, result: undefined as unknown, error: undefined as HookError | undefined };
  try {
    heard.result = await runHook({
      pool: project.pool,
      root: project.root,
      hook: { kind, title: "Run", file, export: "run" },
      speaker: TITLE,
      of: "instance desk",
      context: contextWith({}),
      mask,
      secret: () => account,
      onLine: (level, line) => void lines.push(`${level}: ${lineOf(line)}`),
      onItem: (value) => void items.push(value),
      onSetSecret: () => undefined,
      environment: {},
    });
  } catch (error) {
    if (!(error instanceof HookError)) throw error;
    heard.error = error;
  }
  return heard;
}

const part = 'const { login, keys } = JSON.parse(await c.instance.secret("account"));';

test("a part of an object secret is masked in what a hook prints and returns", async () => {
  const heard = await run(
    `${part}\nconsole.log("with", login.password);\nreturn { got: keys, [login.password]: Buffer.from(login.password).toString("base64") };`,
  );
  expect(heard.error).toBeUndefined();
  expect([heard.lines, heard.result]).toEqual([["info: with [secret]"], { got: ["[secret]"], "[secret]": "[secret]" }]);
});

test("a secret that is longer than a line may be comes out in no part", async () => {
  const long = Array.from({ length: 30_000 }, (_, index) => (index * 7919 + 11).toString(36)).join("");
  const mask = new SecretMask();
  mask.add(long);
  const make = 'const long = Array.from({ length: 30_000 }, (_, index) => (index * 7919 + 11).toString(36)).join("");';
  const heard = await run(
    `${make}\nconsole.log(long);\nprocess.stdout.write("x".repeat(3_000) + long + "\\n");\nprocess.stdout.write("-".repeat(65_000) + long + "\\n");\nthrow new Error(long);`,
    "execute",
    mask,
  );
  const shown = [...heard.lines, heard.error?.message].join("\n");
  expect(heard.lines).toHaveLength(3);
  for (let at = 0; at < long.length; at += 8) expect(shown.includes(long.slice(at, at + 8))).toBe(false);
});

test("in what it throws", async () => {
  const { error } = await run(`${part}\nthrow new Error("refused: " + login.password);`);
  expect(error?.diagnostics).toMatchObject([
    { code: "HOOK_FAILED", summary: 'execute hook "Run" of instance desk: refused: [secret]', at: { line: 4 } },
  ]);
});

test("in what a watch passes on", async () => {
  const { items } = await run(`${part}\nyield { event: keys[0] };`, "watch");
  expect(items).toEqual([{ event: "[secret]" }]);
});

test("of a secret that was known before", async () => {
  const mask = new SecretMask();
  mask.add(account);
  const { result } = await run('return "CANARY-" + "hunter2-xyz";', "execute", mask);
  expect(result).toBe("[secret]");
});

test("of one that it stores", async () => {
  const stored = "JSON.stringify({ token: ['CANARY', 'made'].join('-') })";
  const heard = await run(`await c.plug.setSecret("made", ${stored});\nconsole.log("CANARY-made");`, "setup");
  expect([heard.lines, heard.error]).toEqual([["info: [secret]"], undefined]);
});

test.each(["pull", "publish", "scaffold"] as const)("in a %s hook's output and error", async (kind) => {
  const mask = new SecretMask();
  mask.add(account);
  const heard = await run('console.log("CANARY-key-1");\nthrow new Error("CANARY-key-1");', kind, mask);
  expect([heard.lines, heard.error?.diagnostics[0]?.summary]).toEqual([
    ["info: [secret]"],
    `${kind} hook "Run" of instance desk: [secret]`,
  ]);
});
