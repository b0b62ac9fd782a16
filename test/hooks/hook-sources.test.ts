// Digests of hook files: of all that they are made of, the same on every machine.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HookSources, hookLanguage } from "../../provider/src/hooks/describing/hook-sources";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "meshroom-sources-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const digests = (file: string) => new HookSources(root).digests(file);
const files = (file: string) => Object.keys(digests(file)).sort();

test("follow imports of every form, transitively", () => {
  write(
    "p/a.ts",
    `import { b } from "./b";\nexport * from '../lib/c.ts';\nimport "./d";\nimport type {\n  E,\n} from "./e";\n`,
  );
  write("p/b.ts", 'const f = require("./f"); const g = await import("./g"); export {\n b } from "./h";');
  for (const file of ["lib/c", "p/d", "p/e", "p/f", "p/g", "p/h"]) write(`${file}.ts`, "");
  expect(files("p/a.ts")).toEqual(["lib/c.ts", "p/a.ts", "p/b.ts", "p/d.ts", "p/e.ts", "p/f.ts", "p/g.ts", "p/h.ts"]);
});

test("find files as the loader does: endings, folders, .js that is written for .ts", () => {
  write(
    "a.ts",
    'import "./b.js"; import "./c.mjs"; import "./d"; import "./data.json"; import "./real.js"; import "pulumi-meshroom/hooks";',
  );
  for (const file of ["b.ts", "c.mts", "d/index.ts", "data.json", "real.js", "real.ts"]) write(file, "");
  expect(files("a.ts")).toEqual(["a.ts", "b.ts", "c.mts", "d/index.ts", "data.json", "real.js"]);
});

test("hold what is handed to another program: a template, a program of its own and what that imports", () => {
  write("a.ts", 'run(require.resolve("./lib/poller.ts"), readFileSync(require.resolve("./mail.tmpl")));');
  write("lib/poller.ts", 'import "./client";');
  write("lib/client.ts", "");
  write("mail.tmpl", 'import "./lib/client.ts"');
  expect(files("a.ts")).toEqual(["a.ts", "lib/client.ts", "lib/poller.ts", "mail.tmpl"]);
});

test("end where imports go round", () => {
  write("a.ts", 'import "./b";');
  write("b.ts", 'import "./a"; import "./b";');
  expect(files("a.ts")).toEqual(["a.ts", "b.ts"]);
  expect(digests("a.ts")).toEqual(digests("b.ts"));
});

test("pass over imports that don't exist, in comments or not", () => {
  write("a.ts", '// import "./gone";\n/* import x from "./b" */\nimport "./nowhere";');
  write("b.ts", "");
  expect(files("a.ts")).toEqual(["a.ts", "b.ts"]);
});

test("say of a file that can't be read that it is missing", () => {
  expect(digests("gone.ts")).toEqual({ "gone.ts": "missing" });
});

test("change with the content and not with line ends", () => {
  write("a.ts", 'import "./b";\nx\n');
  write("b.ts", "1");
  const before = digests("a.ts");
  expect(Object.values(before)).toEqual([
    expect.stringMatching(/^[0-9a-f]{12}$/),
    expect.stringMatching(/^[0-9a-f]{12}$/),
  ]);
  write("a.ts", 'import "./b";\r\nx\r\n');
  expect(digests("a.ts")).toEqual(before);
  write("b.ts", "2");
  const after = digests("a.ts");
  expect(after["a.ts"]).toBe(before["a.ts"]);
  expect(after["b.ts"]).not.toBe(before["b.ts"]);
});

test("are of one moment: each file is read once", () => {
  write("a.ts", "1");
  const sources = new HookSources(root);
  const before = sources.digests("a.ts");
  write("a.ts", "2");
  expect(sources.digests("a.ts")).toEqual(before);
});

test("hookLanguage goes by the ending", () => {
  expect(hookLanguage("a.py")).toBe("python");
  expect(hookLanguage("a.ts")).toBe("typescript");
});
