// What is read from the text of hook files and what a host says that has loaded them is the same: for every hook file of the repository, and for made ones.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readPython } from "../../provider/dist/hooks/describing/read-python";
import { readTypeScript } from "../../provider/dist/hooks/describing/read-typescript";
import { HostPool } from "../../provider/dist/hooks/hosts/host-pool";
import { isHookName } from "../../provider/src/model/file-name";
import type { HookDescription } from "../../provider/src/model/hook";
import { patience } from "../patience";
import { pythonWithTool } from "../python-venv";
import { HookProject } from "./hook-project";

const repository = join(__dirname, "../..");
const cache = mkdtempSync(join(tmpdir(), "cache-"));
let project: HookProject;
beforeAll(() => {
  process.env.XDG_CACHE_HOME = cache;
  process.env.MESHROOM_PYTHON = pythonWithTool();
  project = new HookProject();
});
afterAll(() => {
  project.remove();
  rmSync(cache, { recursive: true, force: true });
});

/** Hook files of all trees in the repository: those of products and of their integrations, and the templates for them. */
function hookFiles(): { root: string; files: string[] }[] {
  const trees = ["meshroom-project", "examples/attack-path", "provider/templates"];
  for (const place of ["test/fixtures/meshes", "test/cli/fixtures"]) {
    for (const name of readdirSync(join(repository, place))) trees.push(`${place}/${name}`);
  }
  return trees.map((tree) => {
    const root = join(repository, tree);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => isHookName(file.split("/").at(-1) as string) && !/node_modules|\/client\/|^lib\//.test(file))
      .filter((file) => /^products\//.test(file) || tree === "provider/templates")
      .filter((file) => /\.ts$/.test(file) && !file.startsWith("project-"));
    return { root, files };
  });
}

test("all hook files of the sample, the examples, the templates and the fixtures", async () => {
  let hooks = 0;
  for (const { root, files } of hookFiles()) {
    const pool = new HostPool(root);
    for (const file of files) {
      const read = readTypeScript(file, readFileSync(join(root, file), "utf8"));
      const ran = await pool.run({
        title: file,
        request: { type: "describe", root, file },
        timeout: patience() / 1000,
      });
      expect(read).toEqual(onlyAnswer(ran));
      hooks += (ran as { hooks: unknown[] }).hooks.length;
    }
    pool.close();
  }
  expect(hooks).toBeGreaterThan(80);
});

/** A host's answer has the protocol's own keys as well. */
function onlyAnswer(answer: object): { hooks: HookDescription[]; computed: never[] } {
  return { hooks: (answer as { hooks: HookDescription[] }).hooks, computed: [] };
}

async function both(file: string, text: string) {
  project.write(file, text);
  const read = file.endsWith(".py") ? readPython(project.root, [file], ["siem"]).get(file) : readTypeScript(file, text);
  const { answer, failure } = await project.describe(file);
  if (failure) throw failure;
  return { read, ran: { ...onlyAnswer(answer as object) } };
}

let made = 0;

describe("TypeScript", () => {
  test.each([
    [
      "constants, spreads, members, templates",
      'const t = "events";\nconst scope = { role: "consumer", topic: t } as const;\nconst n = { first: 1 };\nexport const a = setup({ ...scope, title: `About $' +
        "{t}`, order: n.first }, () => {});",
    ],
    [
      "names that are exported apart",
      "const a = setup(() => {});\nconst b = teardown(() => {});\nexport { b as close, a };\nexport { a as again };",
    ],
    ["a default export", "/** The default. */\nexport default status(() => true);\nexport const a = setup(() => {});"],
    [
      "other names of the functions",
      'import * as hooks from "pulumi-meshroom/hooks";\nimport { setup as install } from "pulumi-meshroom/hooks";\nexport const a = install({ order: -1 }, () => {});\nexport const b = hooks.teardown(() => {});',
    ],
    [
      "exports that are no hooks",
      "export function f() {}\nexport class C {}\nexport const n = 1 + 2;\nexport const o = { a: 1 };\nexport type T = string;\nexport interface I {}\nexport enum E { A }\nexport const g = () => setup(() => {});\nexport const m = new Map();",
    ],
    ["an alias of a hook", "export const a = setup(() => {});\nexport const again = a;"],
    ["a function by name", "async function run() {}\nexport const a = setup(run);\nexport const b = setup({}, run);"],
    [
      "types around it",
      'export const a = setup({ role: "consumer" } satisfies object as never, (async () => {}) as never);',
    ],
  ])("%s", async (_, body) => {
    const head = 'import { setup, status, teardown } from "pulumi-meshroom/hooks";\n';
    const { read, ran } = await both(`products/p/made-${++made}.ts`, head + body);
    expect(read).toEqual(ran);
  });

  test("any options, however they are written", async () => {
    const literal = fc.oneof(fc.string(), fc.constantFrom("Ünïcode ✓", "a\u2028b", "$" + "{x}", "'\"`\\"));
    const options = fc.record(
      {
        title: literal,
        topic: fc.string(),
        format: fc.string(),
        role: fc.constantFrom("producer", "consumer", "trigger", "executor"),
        mode: fc.constantFrom("push", "pull"),
        order: fc.oneof(fc.constantFrom("first", "last"), fc.integer()),
        timeout: fc.integer({ min: 1 }),
        ownsBoth: fc.boolean(),
        exclusive: fc.boolean(),
        keepWhenOverloaded: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(options, { minLength: 30, maxLength: 60 }), async (many) => {
        const hooks = many.map(
          (each, index) => `export const hook${index}x = setup(${JSON.stringify(each)}, () => {});`,
        );
        const text = `import { setup } from "pulumi-meshroom/hooks";\n${hooks.join("\n")}\n`;
        const { read, ran } = await both(`products/p/made-${++made}.ts`, text);
        expect(read).toEqual(ran);
      }),
      { numRuns: 5 },
    );
  });

  test.each([
    ["a title that is computed", "export const a = setup({ title: process.version }, () => {});", "the title of a"],
    [
      "options that are computed",
      "const make = () => ({});\nexport const a = setup(make(), () => {});",
      "the options of a",
    ],
    ["a topic that is computed", 'export const a = setup({ topic: String("x") }, () => {});', "the topic of a"],
    [
      "a hook by a function of one's own",
      "const mine = (t: string) => setup({ title: t }, () => {});\nexport const a = mine('x');",
      "the export a",
    ],
    ["a hook of another file", 'export { a } from "./other";', "the export a"],
    ["all of another file", 'export * from "./other";', "all that ./other exports"],
    ["an import that is exported", 'import { a } from "./other";\nexport { a };', "the export a"],
    ["destructuring", "export const { a } = { a: setup(() => {}) };", "the export a"],
    ["work at the top level", "console.log(1);", "what the top level does besides declaring"],
    ["a file imported for what it does", 'import "./other";', "what ./other does, which is imported for that"],
    [
      "a function of that name from elsewhere",
      'import { setup as mine } from "./other";\nexport const a = mine(() => {});',
      "the export a",
    ],
  ])("%s is computed, and said so", (_, body, what) => {
    const reading = readTypeScript("products/p/a.ts", `import { setup } from "pulumi-meshroom/hooks";\n${body}\n`);
    expect(reading).toMatchObject({ computed: [{ what, at: { file: "products/p/a.ts" } }] });
    // Only a title may be left open.
    const titles = what === "the title of a" ? ["(computed)"] : [];
    expect("hooks" in reading && reading.hooks.map((hook) => hook.title)).toEqual(titles);
  });

  test("circles of constants end", () => {
    const text =
      'import { setup } from "pulumi-meshroom/hooks";\nconst a = b;\nconst b = a;\nexport const c = setup(a, () => {});\nexport { a };\n';
    expect(readTypeScript("products/p/a.ts", text)).toMatchObject({ hooks: [] });
  });
});

describe("Python", () => {
  const head = "from meshroom.decorators import *\n";
  test.each([
    [
      "every decorator",
      `import logging
log = logging.getLogger(__name__)
log.info("loaded")
TOPIC = "events"
@setup_consumer(TOPIC, title="Same", order="first", mode="pull", format="json", keep_when_overloaded=True)
def one(): ...
@setup_consumer("events", "Same", owns_both=True, order=2)
def two(): ...
@teardown_consumer()
def three():
    """Delete the intake.

    In all its parts."""
@scaffold_producer("alerts")
def write_the_files(): ...
@pull(title="Catalogue")
def four(path): ...
@publish("events", role="consumer")
def five(): ...
@watch("events")
async def six(): ...
@produce("events", mode="push")
def seven(): ...
@trigger("block_ip")
@execute("block_ip")
def __eight__(): ...
if __name__ == "__main__":
    raise SystemExit(1)
`,
    ],
    [
      "one name twice, and names of the decorators",
      `from meshroom import decorators
import meshroom.decorators as d
from meshroom.decorators import setup_trigger as st
try:
    import tomllib
except ImportError:
    tomllib = None
@decorators.setup_consumer("a")
def run(): ...
@d.setup_consumer("b")
def run(): ...
@st("c", format=None)
def run(): ...
`,
    ],
    [
      "a class with methods",
      "import functools\nclass Client:\n    @property\n    def a(self): ...\n    @functools.lru_cache\n    def b(self): ...\n@setup_producer()\ndef f(): ...\n",
    ],
  ])("%s", async (_, body) => {
    const { read, ran } = await both(`products/siem/made_${++made}.py`, head + body);
    expect(read).toEqual(ran);
  });

  test("an integration's file", async () => {
    const text = `${head}@setup(title="Open", order=3, owns_both=True)\ndef a(): ...\n@teardown()\ndef b(): ...\n@watch("events")\ndef c(): ...\n`;
    project.write("products/siem/integrations/edr/events_consumer.yaml", "mode: push\n");
    const { read, ran } = await both("products/siem/integrations/edr/events_consumer.py", text);
    expect(read).toEqual(ran);
  });

  test("any options, however they are written", async () => {
    const text = fc
      .string({ unit: "grapheme" })
      .filter((each) => !/[\n\r\x00\x1c-\x1e\x85\u2028\u2029\v\f]/.test(each) && each.trim() === each);
    const options = fc.record(
      {
        title: text,
        topic: text,
        format: text,
        mode: fc.constantFrom("push", "pull"),
        order: fc.oneof(fc.constantFrom("first", "last"), fc.integer()),
        owns_both: fc.boolean(),
        keep_when_overloaded: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const python = (value: unknown) =>
      typeof value === "boolean" ? (value ? "True" : "False") : JSON.stringify(value);
    await fc.assert(
      fc.asyncProperty(fc.array(options, { minLength: 20, maxLength: 40 }), async (many) => {
        const hooks = many.map((each, index) => {
          const given = Object.entries(each).map(([key, value]) => `${key}=${python(value)}`);
          return `@setup_consumer(${given.join(", ")})\ndef hook_${index}(): ...\n`;
        });
        const { read, ran } = await both(`products/siem/made_${++made}.py`, head + hooks.join(""));
        expect(read).toEqual(ran);
      }),
      { numRuns: 5 },
    );
  });

  test.each([
    [
      "a loop",
      'for topic in ("a", "b"):\n    @setup_trigger(topic)\n    def ten(): ...',
      "what the top level does besides declaring",
    ],
    ["a title", 'import os\n@setup_consumer("a", title=os.name)\ndef f(): ...', "the title of f"],
    ["a topic", "import os\n@setup_consumer(os.name)\ndef f(): ...", "the topic of f"],
    ["a decorator of the tree", "from .api import mine\n@mine\ndef f(): ...", "what a decorator makes of f"],
    ["a call of the tree's", "from .api import install\ninstall()", "what a call at the top level does"],
    ["a call of a product's", "from siem.api import install\nx = install()", "what a call at the top level does"],
    ["a decorator that is called", "def f(): ...\nsetup_consumer('a')(f)", "what a call at the top level does"],
    ["exec", "exec('pass')", "what a call at the top level does"],
    ["all names of another file", "from .api import *", "which names come from .api"],
    ["a raise", "raise ValueError('x')", "what the top level does besides declaring"],
    ["a decorator that may not stand there", "@setup()\ndef f(): ...", "whether setup may stand here, for f"],
    ["a role that is none", "@publish(role='x')\ndef f(): ...", "the role of f"],
  ])("%s is computed, and said so", (_, body, what) => {
    const file = project.write(`products/siem/made_${++made}.py`, `${head}${body}\n`);
    const reading = readPython(project.root, [file], ["siem"]).get(file);
    expect(reading).toMatchObject({ computed: [{ what, at: { file } }] });
  });

  test("a file that does not parse is a problem at its place", () => {
    const file = project.write(`products/siem/made_${++made}.py`, "def f(:\n");
    const reading = readPython(project.root, [file], []).get(file);
    expect(reading).toMatchObject({ problem: { code: "HOOK_LOAD", at: { file, line: 1, column: 7 } } });
  });
});
