// Trees that would run something if they were trusted: commands that only read run nothing of them.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { HookSources } from "../../provider/dist/hooks/describing/hook-sources";
import { findPython, findPythonReader } from "../../provider/dist/hooks/hosts/python-interpreter";

const meshroom = join(__dirname, "../../provider/bin/meshroom.js");

let folder: string;
let root: string;
let trace: string;

function write(path: string, text: string, mode?: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  if (mode) chmodSync(join(root, path), mode);
}

function git(...args: string[]): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

/** A shell script that says that it has been run. */
const script = () => `#!/bin/sh\necho "$0 $*" >> '${trace}'\nprintenv MESHROOM_GPG_KEY >> '${trace}'\n`;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "nothing runs ")));
  root = join(folder, "mesh");
  trace = join(folder, "trace");
  mkdirSync(root);
  git("init", "-q");
  write("meshroom.yaml", "");
  write("products/p/definition.yaml", "produces:\n  events: [{}]\nsettings:\n  - { name: KEY, secret: true }\n");
  write("products/q/definition.yaml", "consumes:\n  events: [{}]\n");
  write("instances/p/a/config.yaml", "name: a\n");
  write("instances/q/b/config.yaml", "name: b\n");
  write("instances/p/a/plugs/b/events.yaml", "topic: events\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function commit(): void {
  git("add", "-A", "-f");
  git("commit", "-qm", "x");
}

function run(...args: string[]) {
  const environment = {
    ...process.env,
    HOME: join(folder, "home"),
    XDG_CACHE_HOME: join(folder, "cache"),
    MESHROOM_GPG_KEY: "canary",
    MESHROOM_PYTHON: "",
    PATH: ["", ".", "bin", process.env.PATH].join(delimiter),
  };
  return spawnSync(process.execPath, [meshroom, ...args], { cwd: root, encoding: "utf8", env: environment });
}

/** All that only reads. */
const readers = [
  ["list", "products"],
  ["list", "plugs"],
  ["list", "instances"],
  ["list", "integrations"],
  ["secrets", "list"],
  ["secrets", "recipients"],
  ["configure", "a", "--no-input"],
  ["doctor"],
  ["validate"],
  ["help"],
  ["completion", "bash"],
  ["__complete", "list", "plugs", ""],
  ["produce", "nothing", "a"],
  ["watch", "nothing", "b"],
];

test("a Python hook and an interpreter in the branch: no command that reads runs either", () => {
  for (const name of [".venv/bin/python", ".venv/bin/python3", "bin/python3", "python3", "bin/git", "git"])
    write(name, script(), 0o755);
  write(
    "products/p/h.py",
    `open(${JSON.stringify(trace)}, "a").write("h.py")\nfrom meshroom.decorators import *\n@setup_producer("events")\ndef f(): ...\n`,
  );
  write("products/q/__init__.py", `open(${JSON.stringify(trace)}, "a").write("init")\n`);
  commit();
  for (const args of readers) run(...args);
  expect(existsSync(trace) ? readFileSync(trace, "utf8") : "").toBe("");
});

test("a hook in TypeScript whose top level does something: validate says so instead of running it; with --hooks it is loaded, and can't", () => {
  write(
    "products/p/h.ts",
    `import { setup } from "pulumi-meshroom/hooks";\nimport { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(trace)}, "h.ts");\nexport const a = setup(() => {});\n`,
  );
  commit();
  for (const args of readers) run(...args);
  expect(existsSync(trace)).toBe(false);
  const read = run("validate");
  expect(read.stdout).toMatch(
    /products\/p\/h\.ts:3:1: warning: what the top level does besides declaring is computed.*\[HOOK_COMPUTED\]/,
  );
  expect(read.status).toBe(0);
  const loaded = run("validate", "--hooks");
  expect(loaded.stdout).toMatch(
    /products\/p\/h\.ts:3:\d+: error: hook file does not load: .*(restricted|permission).*\[HOOK_LOAD\]/i,
  );
  expect(existsSync(trace)).toBe(false);
});

test("what Python hooks imply is read from their text", () => {
  write("products/p/definition.yaml", "settings: []\n");
  write("products/p/h.py", 'from meshroom.decorators import setup_producer\n@setup_producer("logs")\ndef f(): ...\n');
  expect(run("list", "products", "--json").stdout).toContain("logs");
});

describe("which Python", () => {
  const environment = () => ({ PATH: process.env.PATH });
  const own = () => join(root, ".venv/bin/python");

  test("a .venv that git keeps, in part or whole, is passed over, and it is said why", () => {
    write(".venv/bin/python", script(), 0o755);
    write(".gitignore", ".venv/\n");
    git("add", "-f", ".venv/bin/python");
    expect(findPython(root, environment())).toMatchObject({
      path: expect.not.stringContaining(".venv"),
      passedOver: expect.stringMatching(/git keeps files of its folder/),
    });
    git("rm", "-q", "--cached", ".venv/bin/python");
    write(".venv/pyvenv.cfg", "");
    git("add", "-f", ".venv/pyvenv.cfg");
    expect(findPython(root, environment()).path).not.toBe(own());
  });

  test("a .venv that git does not ignore is passed over; one that it ignores runs hooks, and reads none while there is another", () => {
    write(".venv/bin/python", script(), 0o755);
    expect(findPython(root, environment())).toMatchObject({
      passedOver: expect.stringMatching(/git does not ignore it/),
    });
    write(".gitignore", ".venv/\n");
    expect(findPython(root, environment()).path).toBe(own());
    expect(findPythonReader(root, environment())).not.toBe(own());
  });

  test("a link in the branch to a .venv elsewhere is passed over", () => {
    mkdirSync(join(folder, "elsewhere/bin"), { recursive: true });
    writeFileSync(join(folder, "elsewhere/bin/python"), script(), { mode: 0o755 });
    symlinkSync(join(folder, "elsewhere"), join(root, ".venv"));
    commit();
    expect(findPython(root, environment()).path).not.toBe(own());
  });

  test("MESHROOM_PYTHON counts first, but not one that git keeps", () => {
    expect(findPython(root, { ...environment(), MESHROOM_PYTHON: "/opt/python" }).path).toBe("/opt/python");
    write("tools/python", script(), 0o755);
    commit();
    const named = { ...environment(), MESHROOM_PYTHON: join(root, "tools/python") };
    expect(() => findPython(root, named)).toThrow(/is not used, since git keeps files of its folder/);
    expect(() => findPythonReader(root, named)).toThrow(/is not used/);
  });

  test("python3 of the current folder, of a relative PATH or of the project's own bin is never found", () => {
    write("python3", script(), 0o755);
    write("bin/python3", script(), 0o755);
    const found = findPython(root, { PATH: ["", ".", "bin", join(root, "bin"), process.env.PATH].join(delimiter) });
    expect(found.path.startsWith(root)).toBe(false);
    expect(() => findPython(root, { PATH: join(root, "bin") })).toThrow(
      /no folder of PATH outside of the project has it/,
    );
  });
});

describe("digests of hook files", () => {
  const keys = () => Object.keys(new HookSources(root).digests("products/p/h.ts"));

  test("nothing out of the project is read: a comment that names a file is no import, nor is a link", () => {
    writeFileSync(join(folder, "secret.json"), "{}");
    symlinkSync(join(folder, "secret.json"), join(root, "products/p/link.json"));
    write("products/p/inside.ts", "export {};\n");
    write(
      "products/p/h.ts",
      '// import x from "../../../secret.json"\nimport "./link.json";\nimport "./inside";\nimport "../../../secret";\n',
    );
    expect(keys().sort()).toEqual(["products/p/h.ts", "products/p/inside.ts"]);
  });

  test("a hook file that is a link out of the project is not read", () => {
    writeFileSync(join(folder, "outside.ts"), "export {};\n");
    symlinkSync(join(folder, "outside.ts"), join(root, "products/p/h.ts"));
    expect(new HookSources(root).digests("products/p/h.ts")).toEqual({ "products/p/h.ts": "missing" });
  });
});
