// The set-up's own tools, called as a fresh clone calls them: plain Node, no packages, programs that are shell scripts.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { waitFor } from "../patience";

const tools = join(__dirname, "../../tools");
const urlOf = (module: string) => pathToFileURL(join(tools, module)).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meshroom-tools-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

function node(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

async function evaluate<T>(code: string): Promise<T> {
  const { stdout, stderr } = await node(["--input-type=module", "-e", code]);
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

function program(path: string, script: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, path), 0o755);
}

/** The finder with nothing of this machine: folders of the test as PATH, home and cache. */
function find(path: string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const folders = [...path.map((name) => join(folder, name)), "/usr/bin", "/bin"];
  return node([join(tools, "engine/find.mjs"), "--json"], {
    PATH: folders.join(":"),
    HOME: join(folder, "home"),
    PULUMI_HOME: join(folder, "home/.pulumi"),
    XDG_CACHE_HOME: join(folder, "cache"),
    MESHROOM_ENGINE_BIN: "",
    MESHROOM_ENGINE_FROM: "path,cache,built",
    ...env,
  });
}

/** A stand-in for Go: writes a shell script to where `-o` points. */
const fakeGo = 'while [ "$1" != -o ]; do shift; done\necho "echo v3.274.1" > "$2"\nchmod +x "$2"';

describe("where the engine comes from", () => {
  test("PATH, with the language host beside pulumi", async () => {
    program("bin/pulumi", "echo v3.200.0");
    program("bin/pulumi-language-nodejs", "");
    const { stdout } = await find(["bin"]);
    expect(JSON.parse(stdout)).toEqual({ bin: [join(folder, "bin")], version: "3.200.0", source: "path" });
  });

  test("PATH, with the language host in another folder", async () => {
    program("a/pulumi", "echo v3.200.0");
    program("b/pulumi-language-nodejs", "");
    const { stdout } = await find(["a", "b"]);
    expect(JSON.parse(stdout)).toMatchObject({ bin: [join(folder, "a"), join(folder, "b")], source: "path" });
  });

  test.each([
    ["too old", "echo v3.149.9", true],
    ["broken", "exit 1", true],
    ["without a language host", "echo v3.200.0", false],
  ])(
    "a pulumi that is %s is passed over for a build, which the next run finds in the cache",
    async (_, script, host) => {
      program("bin/pulumi", script);
      if (host) program("bin/pulumi-language-nodejs", "");
      program("bin/go", fakeGo);
      const built = await find(["bin"]);
      expect(JSON.parse(built.stdout)).toMatchObject({ source: "built" });
      expect(built.stderr).toContain("not used");
      const cached = await find([]);
      expect(JSON.parse(cached.stdout)).toEqual({ ...JSON.parse(built.stdout), source: "cache" });
    },
  );

  test("MESHROOM_ENGINE_BIN goes first", async () => {
    program("bin/pulumi", "echo v3.200.0");
    program("bin/pulumi-language-nodejs", "");
    program("own/pulumi", "echo v3.1.0");
    const { stdout } = await find(["bin"], { MESHROOM_ENGINE_BIN: join(folder, "own") });
    expect(JSON.parse(stdout)).toEqual({ bin: [join(folder, "own")], version: "3.1.0", source: "override" });
  });

  test("without Go the message says what to install", async () => {
    const { code, stderr } = await find([], { PATH: join(folder, "empty") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Either install Pulumi .* or\nGo \d/s);
  });
});

describe("the cache", () => {
  const engines = () => readdirSync(join(folder, "cache/pulumi-meshroom/engine"));

  test("a build that fails half-way leaves nothing behind and shows why", async () => {
    program("bin/go", `case "$*" in *cmd/pulumi) echo no network >&2; exit 1;; esac\n${fakeGo}`);
    const { code, stderr } = await find(["bin"]);
    expect(code).toBe(1);
    expect(stderr).toContain("no network");
    expect(engines()).toEqual([]);
  });

  test("an interrupted build leaves nothing behind", async () => {
    program("bin/go", `touch ${join(folder, "started")}\nexec sleep 60`);
    const env = { PATH: `${join(folder, "bin")}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache") };
    const limits = { MESHROOM_ENGINE_BIN: "", MESHROOM_ENGINE_FROM: "built" };
    const child = spawn(process.execPath, [join(tools, "engine/find.mjs")], { env: { ...env, ...limits } });
    await waitFor("the build", () => existsSync(join(folder, "started")));
    child.kill("SIGINT");
    expect(await exitOf(child)).toBe(130);
    expect(engines()).toEqual([]);
  });

  test("what a killed build left is removed by the next", async () => {
    program("bin/go", fakeGo);
    const { stdout } = await find(["bin"]);
    const whole = dirname(JSON.parse(stdout).bin[0]);
    rmSync(whole, { recursive: true });
    mkdirSync(`${whole}.tmp-1/bin`, { recursive: true });
    await find(["bin"]);
    expect(engines().map((name) => join(folder, "cache/pulumi-meshroom/engine", name))).toEqual([whole]);
  });

  test("two runs at once build once", async () => {
    program("bin/go", `echo >> ${join(folder, "builds")}\nsleep 0.5\n${fakeGo}`);
    const results = await Promise.all([find(["bin"]), find(["bin"])]);
    expect(results.map(({ stdout }) => JSON.parse(stdout).source).sort()).toEqual(["built", "cache"]);
    const programs = 2;
    expect(readFileSync(join(folder, "builds"), "utf8")).toHaveLength(programs);
  });
});

describe("the lock", () => {
  const inLock = (body: string) => `
    import { writeFileSync } from "node:fs";
    import { withLock } from "${urlOf("setup/lock.mjs")}";
    const onWait = () => writeFileSync(${JSON.stringify(join(folder, "waits"))}, "");
    await withLock(${JSON.stringify(join(folder, "x.lock"))}, async () => { ${body} }, { onWait });`;

  test("is taken from a dead holder and is gone afterwards", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await exitOf(dead);
    writeFileSync(join(folder, "x.lock"), JSON.stringify({ pid: dead.pid, host: hostname(), token: "old" }));
    expect(await evaluate(inLock("console.log(JSON.stringify('taken'))"))).toBe("taken");
    expect(existsSync(join(folder, "x.lock"))).toBe(false);
  });

  test("waits for a living holder", async () => {
    writeFileSync(join(folder, "x.lock"), JSON.stringify({ pid: process.pid, host: hostname(), token: "mine" }));
    const waiting = evaluate<number>(inLock("console.log(Date.now())"));
    await waitFor("a second one that waits", () => existsSync(join(folder, "waits")));
    const released = Date.now();
    rmSync(join(folder, "x.lock"));
    expect(await waiting).toBeGreaterThanOrEqual(released);
  });

  test("of many takers of a dead lock only one is inside at a time", async () => {
    writeFileSync(join(folder, "x.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: "old" }));
    const inside = JSON.stringify(join(folder, "inside"));
    const body = `const fs = await import("node:fs"); fs.mkdirSync(${inside});
      await new Promise((resolve) => setTimeout(resolve, 20)); fs.rmdirSync(${inside}); console.log("1");`;
    expect(await Promise.all(Array.from({ length: 6 }, () => evaluate(inLock(body))))).toEqual(Array(6).fill(1));
  });
});

test("versions are read and compared", async () => {
  const code = `
    import { isAtLeast, parseVersion } from "${urlOf("engine/version.mjs")}";
    const texts = ["v3.274.1\\n", "3.150.0", "v3.275.0-alpha.1+dirty", "", "pulumi: not found"];
    const pairs = [["3.150.0", "3.150.0"], ["3.149.9", "3.150.0"], ["4.0.0", "3.150.0"], ["3.150.0-alpha.1", "3.150.0"]];
    console.log(JSON.stringify([texts.map((text) => parseVersion(text) ?? null), pairs.map((pair) => isAtLeast(...pair))]));`;
  expect(await evaluate(code)).toEqual([
    ["3.274.1", "3.150.0", "3.275.0-alpha.1+dirty", null, null],
    [true, false, true, true],
  ]);
});

test("installed packages match the lock file but for optional ones", async () => {
  const code = `
    import { isSame } from "${urlOf("setup/packages.mjs")}";
    const wanted = { "": {}, a: { version: "1", integrity: "x" }, b: { version: "1", optional: true } };
    const a = { version: "1", integrity: "x" };
    const cases = [{ a }, { a, b: { version: "1" } }, { a: { ...a, version: "2" } }, { b: { version: "1" } }, { a, c: a },
      { a, "node_modules/node/node_modules/x": a }, { a: { ...a, bin: { a: "a.js" } } }];
    console.log(JSON.stringify(cases.map((installed) => isSame(wanted, installed))));`;
  expect(await evaluate(code)).toEqual([true, true, false, false, false, true, false]);
});

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on("close", resolve));
}
