// docs/tutorial-real-products.md, typed from start to end: its files are written, its commands run, its output expected.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patience } from "../patience";
import { obstacle } from "./lab";

const repository = join(__dirname, "../..");
const page = readFileSync(join(repository, "docs/tutorial-real-products.md"), "utf8");

interface Block {
  language: string;
  /** For a file: where it is written. */
  path: string;
  text: string;
  line: number;
}

const blocks: Block[] = [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
  ({ index, 1: language = "", 2: path = "", 3: text = "" }) => ({
    language,
    path,
    text,
    line: page.slice(0, index).split("\n").length,
  }),
);
const files = blocks.filter(({ path }) => path !== "");
const marker = (index: number) => `--- block ${index} ---`;

test("every block is a file, a command, or what a command prints", () => {
  const kinds = blocks.map(({ language, path, line }) =>
    path ? "file" : /^(sh|text)$/.test(language) ? language : line,
  );
  expect(kinds.filter((kind) => typeof kind === "number")).toEqual([]);
  kinds.forEach((kind, index) => {
    if (kind === "text") expect(kinds[index - 1]).toBe("sh");
  });
  expect(files.length).toBeGreaterThan(5);
});

test.each(files.map((file) => [file.path, file] as const))("%s is the example's", (path, { text }) => {
  expect(text).toBe(readFileSync(join(repository, "examples/attack-path", path), "utf8"));
});

const why = obstacle();
if (why) process.stderr.write(`the tutorial is not typed: ${why}\n`);
const suite = why ? describe.skip : describe;

/** The whole page as one script, as somebody types it into one shell; bash itself writes the files. */
function script(): string {
  const steps = blocks.map(({ path, language, text }, index) => {
    if (path) return `mkdir -p "$(dirname ${path})"\ncat > ${path} <<'END-OF-FILE'\n${text}END-OF-FILE`;
    return language === "sh" ? `echo '${marker(index)}'\n${text}` : "";
  });
  const cleanUp = `trap 'cd "$start/my-mesh" 2>/dev/null && node lab/main.mjs down' EXIT`;
  return ["set -euo pipefail", 'start="$PWD"', cleanUp, "exec 2>&1", ...steps].join("\n");
}

suite(why ? `the tutorial (skipped: ${why})` : "the tutorial", () => {
  let folder: string;
  let code: number;
  let printed: string;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "tutorial-")));
    for (const name of ["examples", "node_modules"]) symlinkSync(join(repository, name), join(folder, name));
    const env = { ...process.env, NO_COLOR: "1" };
    [code, printed] = await new Promise((resolve) => {
      const options = { cwd: folder, env, timeout: patience(4), maxBuffer: 64 * 1024 * 1024 };
      const child = execFile("bash", ["-c", script()], options, (error, stdout) =>
        resolve([error ? 1 : 0, stdout] as const),
      );
      child.stdin?.end();
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("can be typed to its end", () => {
    expect({ code, end: code === 0 ? "" : printed.slice(-3000) }).toEqual({ code: 0, end: "" });
  });

  const outputs = blocks.map((block, index) => [block.line, index, block] as const);
  const texts = outputs.filter(([, , { language, path }]) => language === "text" && path === "");
  test.each(texts)("line %i: the command prints what is shown", (_line, index, { text }) => {
    const [, after = ""] = printed.split(`${marker(index - 1)}\n`);
    const [shown = ""] = after.split(/^--- block \d+ ---$/m);
    const escaped = text
      .trimEnd()
      .split("\n")
      .map((line) => line.trim().split("…").map(literal).join(".+"));
    expect(shown).toMatch(new RegExp(escaped.join("[\\s\\S]*")));
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
