// A hook sees its own secrets: no other product's code runs in its process, and where the system allows it no host looks into another process.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { isolated } from "../../provider/dist/hooks/hosts/isolation";
import { pythonWithTool } from "../python-venv";
import { HookProject, imports, resultOf } from "./hook-project";

let project: HookProject;
beforeEach(() => {
  process.env.MESHROOM_PYTHON = pythonWithTool();
  project = new HookProject({ mostHosts: 2 });
});
afterEach(() => {
  project.remove();
  delete process.env.MESHROOM_PYTHON;
});

const typescript = (product: string, body: string) =>
  project.write(`products/${product}/h.ts`, `${imports}export const run = execute(async (c) => {${body}});\n`);
const python = (product: string, body: string) =>
  project.write(
    `products/${product}/h.py`,
    `import json, os\nfrom meshroom.decorators import execute\n@execute("block_ip")\ndef run(plug, instance):\n    ${body}\n`,
  );

test("a hook that patches its process meets no other product", async () => {
  const patch = typescript("p", 'JSON.parse = () => "patched"; globalThis.left = 1; return process.pid;');
  const look = "return [process.pid, globalThis.left ?? null, JSON.parse('1')];";
  const other = typescript("q", look);
  const first = resultOf(await project.invoke(patch));
  const [pid, left, parsed] = resultOf(await project.invoke(other)) as unknown[];
  expect([left, parsed]).toEqual([null, 1]);
  expect(pid).not.toBe(first);
  project.write("products/q/other.ts", `${imports}export const run = execute(async (c) => {${look}});\n`);
  expect(resultOf(await project.invoke("products/q/other.ts"))).toEqual([pid, null, 1]);
});

test("so in Python", async () => {
  const patch = python("p", "json.left = 1\n    return os.getpid()");
  const other = python("q", 'return [os.getpid(), getattr(json, "left", None)]');
  const first = resultOf(await project.invoke(patch));
  const second = resultOf(await project.invoke(other)) as unknown[];
  expect(second[1]).toBe(null);
  expect(second[0]).not.toBe(first);
});

test("many products share a few hosts' worth of room, and every hook has its turn", async () => {
  const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
  const files = names.flatMap((name) => [
    typescript(name, "await new Promise((done) => setTimeout(done, 20)); return process.pid;"),
  ]);
  const heard = await Promise.all([...files, ...files].map((file) => project.invoke(file)));
  expect(new Set(heard.map(resultOf)).size).toBeGreaterThanOrEqual(files.length);
});

/** What a process that is started isolated finds in its parent's environment and memory, as `user`. */
function look(purpose: "run" | "describe", user: number | undefined, isolation = "") {
  const spy = `
    const fs = require("node:fs");
    const tried = ["environ", "mem", "maps", "fd/0"].map((name) => {
      try { fs.closeSync(fs.openSync("/proc/" + process.ppid + "/" + name)); return name; } catch { return ""; }
    });
    let environment = "";
    try { environment = fs.readFileSync("/proc/" + process.ppid + "/environ", "utf8"); } catch {}
    console.log(JSON.stringify([tried.filter(Boolean), environment.includes("canary"), Object.keys(require("node:os").networkInterfaces())]));`;
  const parent = `
    const { isolated } = require(${JSON.stringify(join(__dirname, "../../provider/dist/hooks/hosts/isolation"))});
    const { program, args } = isolated({ program: process.execPath, args: ["-e", ${JSON.stringify(spy)}] }, ${JSON.stringify(purpose)}, process.env);
    const { spawnSync } = require("node:child_process");
    console.log(JSON.stringify([program, spawnSync(program, args, { encoding: "utf8", env: {} }).stdout]));`;
  const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--"];
  const [program = "", ...args] = [...as, process.execPath, "-e", parent];
  const ran = spawnSync(program, args, {
    encoding: "utf8",
    env: { PATH: process.env.PATH, MESHROOM_GPG_PASSPHRASE: "canary", MESHROOM_HOST_ISOLATION: isolation },
  });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const [launcher, said] = JSON.parse(ran.stdout) as [string, string];
  const [seen, found, network] = JSON.parse(said) as [string[], boolean, string[]];
  return { launcher, seen, found, network };
}

/** Someone who is not root, and may read this package. */
const ordinary = process.getuid?.() === 0 ? 65534 : undefined;

/** Where the system lets an ordinary user have namespaces, as most do. */
const canIsolate = process.platform === "linux" && mayIsolate();

function mayIsolate(): boolean {
  const unshare = ["unshare", "--user", "--map-current-user", "true"];
  const as = ordinary === undefined ? [] : ["setpriv", `--reuid=${ordinary}`, "--clear-groups"];
  const [program = "", ...args] = [...as, ...unshare];
  return spawnSync(program, args).status === 0;
}

const whereItHolds = canIsolate ? test : test.skip;

whereItHolds(
  "a host that runs hooks reads neither the environment, nor the memory, nor the open files of its parent",
  () => {
    expect(look("run", ordinary)).toMatchObject({
      seen: [],
      found: false,
      launcher: expect.stringMatching(/unshare$/),
    });
  },
);

whereItHolds("without isolation it would: the test would see it", () => {
  expect(look("run", ordinary, "off")).toMatchObject({ found: true, launcher: process.execPath });
});

whereItHolds("a host that only describes files has no network either, also as root", () => {
  expect(look("describe", ordinary)).toMatchObject({ seen: [], found: false, network: [] });
  if (ordinary !== undefined)
    expect(look("describe", undefined)).toMatchObject({ seen: [], found: false, network: [] });
});

test("hooks that run as root run as root: nothing is taken from them, and nothing is promised", () => {
  if (process.getuid?.() !== 0) return;
  const node = { program: process.execPath, args: ["x"] };
  expect(isolated(node, "run", process.env)).toEqual(node);
});

test("where there is no unshare, hosts are started as they are", () => {
  const script = `const { isolated } = require(${JSON.stringify(join(__dirname, "../../provider/dist/hooks/hosts/isolation"))});
    console.log(isolated({ program: "x", args: [] }, "describe", { PATH: "/nowhere" }).program);`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect(stdout.trim()).toBe("x");
});

test("a Python host's memory is not for other hosts to read", async () => {
  if (process.platform !== "linux") return;
  accessSync("/proc/self", constants.R_OK);
  const file = python("p", "import ctypes\n    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)");
  expect(resultOf(await project.invoke(file))).toBe(0);
});
