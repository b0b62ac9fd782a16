// What hook files declare, asked of the real hosts, and the cache that spares asking.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userFolder, userFolderPath } from "../../provider/dist/base/user-folders";
import { describeHooks } from "../../provider/dist/hooks/describing/describe";
import { HookSources } from "../../provider/dist/hooks/describing/hook-sources";
import { HookProject, imports } from "./hook-project";

let project: HookProject;
let home: string;
beforeEach(() => {
  project = new HookProject();
  home = mkdtempSync(join(tmpdir(), "cache-"));
  process.env.XDG_CACHE_HOME = home;
});
afterEach(() => {
  project.remove();
  rmSync(home, { recursive: true, force: true });
});

const file = "products/p/setup.ts";
const cacheFile = () => join(userFolderPath("cache", project.root), "hooks.json");
const describeAll = (...files: string[]) =>
  describeHooks(project.root, files, new HookSources(project.root), { computed: "run" });

function titlesOf(path: string): string[] {
  const described = describeAll(path).get(path);
  if (!described || "problem" in described) throw new Error(JSON.stringify(described));
  return described.hooks.map(({ title }) => title);
}

function problemOf(path: string, timeout?: number) {
  const described = describeHooks(project.root, [path], new HookSources(project.root), {
    computed: "run",
    timeout,
  }).get(path);
  return described && "problem" in described ? described.problem : undefined;
}

test("all options, each hook once, in the order of the file", async () => {
  project.write(
    file,
    `import { setup, teardown, status } from "pulumi-meshroom/hooks";
export { shared } from "./shared.ts";
/**
 * Creates an intake. And more
 * that is not a title.
 */
export const zebra = setup({ role: "consumer", topic: "events", mode: "push", format: "ecs", order: "first" }, async () => {});
/** Not of the next hook's. */
const other = 1;
export const openIntakeKey = setup({ order: 2, ownsBoth: true, keepWhenOverloaded: true, exclusive: true, timeout: 7 }, async () => {});
export const close_it = teardown(async () => {});
/** Asks the tenant. */
export default status({ title: undefined }, () => true);
export const titled = setup({ title: "A title" }, async () => other);
export const again = titled;
export const noHook = { kind: "setup" };
`,
  );
  project.write("products/p/shared.ts", `${imports}export const shared = setup(async () => {});\n`);
  const { answer } = await project.describe(file);
  const hooks = answer && "hooks" in answer ? answer.hooks : [];
  expect(hooks.map((hook) => [hook.position, hook.export, hook.kind, hook.title])).toEqual([
    [0, "shared", "setup", "Shared"],
    [1, "zebra", "setup", "Creates an intake"],
    [2, "openIntakeKey", "setup", "Open intake key"],
    [3, "close_it", "teardown", "Close it"],
    [4, "default", "status", "Asks the tenant"],
    [5, "titled", "setup", "A title"],
  ]);
  const none = { ownsBoth: false, keepWhenOverloaded: false, exclusive: false };
  expect(hooks[1]).toMatchObject({
    ...none,
    file,
    role: "consumer",
    topic: "events",
    mode: "push",
    format: "ecs",
    order: "first",
  });
  expect(hooks[2]).toMatchObject({ order: 2, ownsBoth: true, keepWhenOverloaded: true, exclusive: true, timeout: 7 });
});

test("re-exports stand where their file is imported, whatever the host has loaded before", async () => {
  project.write("products/p/one.ts", `${imports}export const one = setup(async () => {});\n`);
  project.write("products/p/two.ts", `${imports}export const two = setup(async () => {});\n`);
  project.write(file, 'export { one } from "./one";\nexport { two } from "./two";\n');
  await project.describe("products/p/two.ts");
  const { answer } = await project.describe(file);
  expect(answer).toMatchObject({ hooks: [{ export: "one" }, { export: "two" }] });
});

describe("a file that does not load is a problem of its own", () => {
  test("where it does not parse", () => {
    project.write(file, `${imports}interface A {\n  b: string;\n}\nexport const a = setup(async () => { let = ; });\n`);
    project.write("products/p/fine.ts", `${imports}export const fine = setup(async () => {});\n`);
    const described = describeAll(file, "products/p/fine.ts");
    expect(described.get("products/p/fine.ts")).toMatchObject({ hooks: [{ title: "Fine" }] });
    expect(described.get(file)).toMatchObject({
      problem: {
        code: "HOOK_LOAD",
        at: { file, line: 5, column: 38 },
        summary: expect.stringMatching(/^hook file does not load: ParseError: \S.*$/),
      },
    });
    expect(JSON.stringify([...described])).not.toContain(project.root);
  });

  test("where its top level throws, by the place in the file that it imports", () => {
    project.write("products/p/lib.ts", 'export type A = 1;\n\nthrow new Error("no way");\n');
    project.write(file, `${imports}import "./lib";\n`);
    expect(problemOf(file)).toMatchObject({
      code: "HOOK_LOAD",
      summary: "hook file does not load: no way",
      at: { file: "products/p/lib.ts", line: 3, column: 7 },
    });
  });

  test("where its top level leaves an error behind", () => {
    project.write(file, 'void Promise.reject(new Error("left behind"));\nawait new Promise(() => {});\n');
    expect(problemOf(file)).toMatchObject({ summary: "hook file does not load: left behind", at: { file, line: 1 } });
  });

  test("where an import is missing", () => {
    project.write(file, 'import "./nowhere";\n');
    expect(problemOf(file)?.summary).toContain("./nowhere");
  });

  test("where its top level ends the process", () => {
    project.write(file, "process.exit(0);\n");
    expect(problemOf(file)).toMatchObject({
      summary: "hook file does not load: its top level called process.exit(0)",
      at: { file, line: 1, column: 1 },
    });
  });

  test("where its top level never ends", () => {
    project.write(file, "await new Promise(() => {});\n");
    expect(problemOf(file, 0.2)?.summary).toBe(
      "hook file does not load: its top level did not end within its time limit of 0.2 s",
    );
  });

  test.each([
    ['{ order: "second" as never }', 'order is "first", "last" or an integer, found "second"'],
    ["{ order: 1.5 }", 'order is "first", "last" or an integer, found 1.5'],
    ["{ timeout: 0 }", "timeout is a positive number of seconds, found 0"],
    ['{ role: "prodcuer" as never }', 'role is one of producer, consumer, trigger, executor, found "prodcuer"'],
    ['{ mode: "pul" as never }', 'mode is push or pull, found "pul"'],
  ])("where options are %s", async (options, message) => {
    project.write(file, `${imports}export const a = setup(${options}, async () => {});\n`);
    expect((await project.describe(file)).failure).toMatchObject({ rule: "load", message: `hook a: ${message}` });
  });
});

describe("the cache", () => {
  /** Its title changes whenever its top level runs. */
  const traced = `${imports}import { title } from "./title";\nexport const a = setup({ title: title + performance.now() }, async () => {});\n`;
  beforeEach(() => {
    project.write(file, traced);
    project.write("products/p/title.ts", 'export const title = "One";\n');
  });

  test("spares running what did not change, and nothing else", () => {
    const first = titlesOf(file);
    expect(titlesOf(file)).toEqual(first);
    project.write("products/p/title.ts", 'export const title = "Two";\n');
    const second = titlesOf(file);
    expect([second[0], titlesOf(file)]).toEqual([expect.stringMatching(/^Two/), second]);
    project.write(file, `${traced}// changed\n`);
    expect(titlesOf(file)).not.toEqual(second);
  });

  test("lies outside of the project: what a branch puts in its place is not looked at", () => {
    project.write(".meshroom/cache/hooks.json", JSON.stringify({ version: 3, files: { [file]: "forged" } }));
    expect(titlesOf(file)).toEqual([expect.stringMatching(/^One/)]);
    expect(cacheFile().startsWith(home)).toBe(true);
    expect(existsSync(cacheFile())).toBe(true);
  });

  test.each(["{", "null", '{"version":1}', '{"version":0,"files":{}}'])("is passed over when it is %s", (text) => {
    userFolder("cache", project.root);
    writeFileSync(cacheFile(), text);
    const first = titlesOf(file);
    expect(titlesOf(file)).toEqual(first);
  });

  test("that can't be written costs nothing but time", () => {
    process.env.XDG_CACHE_HOME = join(home, "file", "below");
    writeFileSync(join(home, "file"), "a file where the folder would be");
    expect(titlesOf(file)).toEqual([expect.stringMatching(/^One/)]);
  });

  test("forgets files that are gone and keeps those that were not asked for", () => {
    project.write("products/p/gone.ts", `${imports}export const a = setup(async () => {});\n`);
    project.write("products/p/new.ts", `${imports}export const b = setup(async () => {});\n`);
    describeAll(file, "products/p/gone.ts");
    rmSync(join(project.root, "products/p/gone.ts"));
    describeAll("products/p/new.ts");
    const cached = JSON.parse(readFileSync(cacheFile(), "utf8")) as { files: Record<string, unknown> };
    expect(Object.keys(cached.files).sort()).toEqual(["products/p/new.ts", file]);
  });

  test("does not keep problems", () => {
    project.write("products/p/title.ts", 'throw new Error("x");\n');
    expect(problemOf(file)?.summary).toContain("x");
    project.write("products/p/title.ts", 'export const title = "One";\n');
    expect(titlesOf(file)).toEqual([expect.stringMatching(/^One/)]);
  });
});

describe("a file that is loaded to see what it declares", () => {
  const reports = (expression: string) => {
    project.write(file, `${imports}export const a = setup({ title: String(${expression}) }, async () => {});\n`);
    return problemOf(file)?.summary ?? titlesOf(file)[0];
  };

  test("finds no credential in its environment", () => {
    Object.assign(process.env, { AWS_SECRET_ACCESS_KEY: "x", GITHUB_TOKEN: "x", MY_TOKEN: "x", MESHROOM_GPG_KEY: "x" });
    try {
      const names = String(reports("Object.keys(process.env).sort()")).split(",");
      const allowed = /^(PATH|HOME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|XDG_(CACHE|STATE)_HOME)$/;
      expect(names.filter((name) => !allowed.test(name))).toEqual([]);
      expect(names).toContain("PATH");
    } finally {
      for (const name of ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "MY_TOKEN", "MESHROOM_GPG_KEY"])
        delete process.env[name];
    }
  });

  test.each([
    ["write", 'require("node:fs").writeFileSync("trace", "x")'],
    ["start a program", 'require("node:child_process").execFileSync("true")'],
    ["start a thread", 'new (require("node:worker_threads").Worker)("1", { eval: true })'],
    ["read what is outside of the project", 'require("node:fs").readFileSync("/etc/passwd")'],
  ])("can't %s", (_, expression) => {
    const required = expression.replace(/require\(("[^"]+")\)/g, "process.getBuiltinModule($1)");
    expect(reports(required)).toMatch(/restricted|permission/i);
    expect(existsSync(join(project.root, "trace"))).toBe(false);
  });
});
