// What holds for the repository as a whole: one Node everywhere, every program type-checked, text as .editorconfig says, CI with few rights.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";

const repository = join(__dirname, "..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");
const readJson = (path: string) => JSON.parse(read(path));
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(repository, path)));
/** Broken on purpose, or what a program has printed. */
const verbatim = /^test\/(fixtures|cli\/golden|cli\/fixtures)\//;

describe("one version of Node", () => {
  const version = read(".nvmrc").trim();

  test("is named exactly", () => expect(version).toMatch(/^\d+\.\d+\.\d+$/));

  test.each([
    ["what the scripts run with", () => readJson("package-lock.json").packages["node_modules/node"].version, version],
    ["the devDependency", () => readJson("package.json").devDependencies.node, `^${version}`],
    ["the types", () => readJson("package.json").devDependencies["@types/node"], `^${version.split(".")[0]}.0.0`],
  ])("is the same in %s", (_, found, expected) => expect(found()).toBe(expected));

  test.each(["package.json", "provider/package.json"])("is allowed by the engines of %s", (path) => {
    const oldest = /^>=(\d+)(?:\.(\d+))?$/.exec(readJson(path).engines.node);
    expect(oldest).not.toBeNull();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [oldestMajor, oldestMinor] = [Number(oldest?.[1]), Number(oldest?.[2] ?? 0)];
    expect(major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)).toBe(true);
  });

  test.each([
    ["README.md", "package.json"],
    ["README.md", "provider/package.json"],
    ["CONTRIBUTING.md", "package.json"],
    ["provider/README.md", "provider/package.json"],
  ])("%s names the oldest one that %s takes", (page, manifest) => {
    expect(read(page)).toContain(`Node ${readJson(manifest).engines.node.slice(2)} or newer`);
  });
});

test("every program of the repository is type-checked", () => {
  const file = join(repository, "tsconfig.check.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, repository, undefined, file);
  const checked = new Set(fileNames);
  const programs = tracked.filter((path) => /\.[cm]?[jt]s$/.test(path) && !verbatim.test(path));
  expect(programs.filter((path) => !checked.has(join(repository, path)))).toEqual([]);
  expect(options).toMatchObject({ strict: true, checkJs: true, noCheck: false });
  // Built from parts, since this file is one of them.
  const excused = new RegExp(`@ts-${"nocheck"}`);
  expect(programs.filter((path) => excused.test(read(path)))).toEqual([]);
});

test("text is as .editorconfig says", () => {
  const texts = tracked.filter((path) => !verbatim.test(path) && !/\.(gpg|png|svg)$/.test(path));
  const faults = texts.flatMap((path) => {
    const text = read(path);
    const faulty = {
      "no UTF-8": text.includes("\ufffd"),
      "a byte order mark": text.startsWith("\ufeff"),
      "a carriage return": text.includes("\r"),
      "a tab at the start of a line": /^\t/m.test(text) && !path.endsWith("go.mod"),
      "spaces at the end of a line": /[ \t]$/m.test(text),
      "no line break at the end": text !== "" && !text.endsWith("\n"),
    };
    return Object.entries(faulty).flatMap(([fault, has]) => (has ? [`${path}: ${fault}`] : []));
  });
  expect(texts.length).toBeGreaterThan(300);
  expect(faults).toEqual([]);
});

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: unknown;
  jobs: Record<string, { permissions?: unknown; steps: Step[]; "timeout-minutes"?: number }>;
}

const readWorkflow = (path: string) => parse(read(path)) as Workflow;
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap((job) => job.steps);

test.each(tracked.filter((path) => /\.github\/workflows\/.+\.ya?ml$/.test(path)))(
  "%s, ours or a template, keeps no credentials in the checkout",
  (path) => {
    const checkouts = stepsOf(readWorkflow(path)).filter((step) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  },
);

describe.each(tracked.filter((path) => /^\.github\/workflows\/.+\.ya?ml$/.test(path)))("%s", (path) => {
  const workflow = readWorkflow(path);
  const jobs = Object.values(workflow.jobs);
  const steps = stepsOf(workflow);

  test("can only read the repository, and has no secrets of it", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(jobs.filter((job) => job.permissions !== undefined)).toEqual([]);
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(read(path)).not.toMatch(/\bsecrets\s*[.[]/);
  });

  test("names every action by commit, with its release beside it", () => {
    const used = [...read(path).matchAll(/^\s*(?:- )?uses: *(.*)$/gm)].map(([, action]) => action);
    expect(used).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    expect(used.filter((action) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ""))).toEqual([]);
  });

  test("puts nothing of a branch, a title or an author into a shell's text", () => {
    expect(steps.filter((step) => step.run?.includes("${{"))).toEqual([]);
  });

  test("runs what anyone can run, with the project's Node, and not for ever", () => {
    expect(steps.map((step) => step.run)).toContain(".ci/run");
    const nodes = steps.filter((step) => step.uses?.startsWith("actions/setup-node@"));
    expect(nodes.map((step) => step.with?.["node-version-file"])).toEqual(nodes.map(() => ".nvmrc"));
    expect(nodes.length).toBeGreaterThan(0);
    expect(jobs.filter((job) => !job["timeout-minutes"])).toEqual([]);
  });
});

test(".ci/run, which workflows call, can be run", () => {
  expect(execFileSync("git", ["ls-files", "--stage", ".ci/run"], { cwd: repository, encoding: "utf8" })).toMatch(
    /^100755 /,
  );
});
