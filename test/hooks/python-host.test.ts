// The real host of Python hooks with the real package: what existing hooks are given, what they leave, and faults that stay their own.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pythonWithTool } from "../python-venv";
import { type Heard, HookProject, lineOf, resultOf } from "./hook-project";

const head = `
from meshroom.decorators import *
from meshroom.interaction import box, debug, error, info, log, prompt
from meshroom.model import Instance, Integration, Plug, Product, ProductSetting, create_product, get_integration, get_product, get_project_dir
`;

let project: HookProject;
let files = 0;

beforeAll(() => {
  process.env.MESHROOM_PYTHON = pythonWithTool();
  project = new HookProject({ graceSeconds: 0.5 });
});
afterAll(() => {
  project.remove();
  delete process.env.MESHROOM_PYTHON;
});

/** A setup hook with this body, run once. */
function run(body: string, options: Parameters<HookProject["invoke"]>[2] = {}): Promise<Heard> {
  const indented = body.replaceAll("\n", "\n    ");
  const text = `${head}\n@setup_consumer("events")\ndef run(plug, instance, integration):\n    ${indented}\n`;
  const file = project.write(`products/siem/hook_${++files}.py`, text);
  return project.invoke(file, "run", { kind: "setup", ...options });
}

function hooksOf({ answer, failure }: Heard) {
  if (failure) throw failure;
  return answer && "hooks" in answer ? answer.hooks : [];
}

describe("describing a file", () => {
  test("maps each decorator and its options; two hooks with the same title are two hooks; without a title, docstring or name", async () => {
    const file = project.write(
      "products/siem/setup.py",
      `${head}
@setup_consumer("events", title="Same", order="first", mode="pull", format="json", keep_when_overloaded=True)
def one(): ...
@setup_consumer("events", title="Same", owns_both=True, order=2)
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
def six(): ...
@produce("events")
def seven(): ...
@trigger("block_ip")
def eight(): ...
@execute("block_ip")
def nine(): ...
for topic in ("a", "b"):
    @setup_trigger(topic)
    def ten(): ...
`,
    );
    const hooks = hooksOf(await project.describe(file));
    const short = hooks.map(({ kind, export: name, title, role, topic }) => [kind, name, title, role, topic].join(" "));
    expect(short).toEqual([
      "setup one Same consumer events",
      "setup two Same consumer events",
      "teardown three Delete the intake consumer ",
      "scaffold write_the_files Write the files producer alerts",
      "pull four Catalogue  ",
      "publish five Five consumer events",
      "watch six Six consumer events",
      "produce seven Seven consumer events",
      "trigger eight Eight trigger block_ip",
      "execute nine Nine executor block_ip",
      "setup ten Ten trigger a",
      "setup ten#2 Ten trigger b",
    ]);
    expect(hooks[0]).toMatchObject({
      order: "first",
      mode: "pull",
      format: "json",
      keepWhenOverloaded: true,
      position: 0,
    });
    expect(hooks[1]).toMatchObject({ order: 2, ownsBoth: true, keepWhenOverloaded: false, position: 1 });
  });

  test("works in products of any name, whose modules import each other relatively or by the product's name, each once", async () => {
    for (const product of ["json", "email", "v1.2", "my-edr"]) {
      project.write(
        `products/${product}/__init__.py`,
        `import builtins; builtins.runs = [*getattr(builtins, "runs", []), "init ${product}"]`,
      );
      project.write(
        `products/${product}/api.py`,
        `NAME = "${product}"\nimport builtins; builtins.runs.append("api ${product}")`,
      );
      project.write(`products/${product}/ops.py`, `${head}from .api import NAME\n`);
      const file = project.write(
        `products/${product}/integrations/v1.2/x-y_target__consumer_json_pull.py`,
        `${head}from ...api import NAME\nfrom ...ops import NAME as AGAIN\nfrom . import beside\n@setup(title=NAME + beside.HERE)\ndef run(integration):\n    import builtins\n    info(builtins.runs, integration.topic, integration.role, integration.format, integration.mode)`,
      );
      project.write(`products/${product}/integrations/v1.2/beside.py`, "HERE = '!'");
      const [hook] = hooksOf(await project.describe(file));
      expect(hook).toMatchObject({ title: `${product}!`, kind: "setup" });
      expect(hook).not.toHaveProperty("topic");
      const context = {
        product,
        integration: { product, target: "v1.2", topic: "x-y_target_", role: "consumer", mode: "pull" },
        plug: undefined,
      } as const;
      const heard = await project.invoke(file, "run", { kind: "setup", context });
      expect(heard.events.join()).toContain(`'init ${product}', 'api ${product}'`);
      expect(heard.events.join().match(new RegExp(`'api ${product}'`, "g"))).toHaveLength(1);
      expect(heard.events.join()).toContain("x-y_target_ consumer json pull");
    }
    project.write("products/acme/client.py", "NAME = 'acme'");
    const file = project.write(
      "products/siem/absolute.py",
      `${head}from acme.client import NAME\n@pull(title=NAME)\ndef run(path): ...`,
    );
    expect(hooksOf(await project.describe(file))[0]).toMatchObject({ title: "acme" });
  });

  test.each([
    ["raises", "1 / 0", "ZeroDivisionError: division by zero", 2],
    ["exits", "import sys\nsys.exit(4)", "called sys.exit(4)", 3],
    ["is no Python", "def (", "SyntaxError: invalid syntax", 2],
    [
      "misses a module of its own",
      "from .nothing import x",
      "ModuleNotFoundError: No module named 'meshroom_products.siem.nothing'",
      2,
    ],
  ])("that %s is a load error with its place", async (_, text, message, line) => {
    const file = project.write(`products/siem/broken_${++files}.py`, `\n${text}\n`);
    expect((await project.describe(file)).failure).toMatchObject({ rule: "load", message, at: { file, line } });
  });

  test("that misses a package says how to install it", async () => {
    const file = project.write("products/siem/needs.py", "import dateutil.parser\n");
    const { failure } = await project.describe(file);
    expect(failure?.message).toBe("ModuleNotFoundError: No module named 'dateutil'");
    expect(failure?.remedy).toMatch(/python'? -m pip install python-dateutil`$/);
  });

  test("that never ends, or breaks its process, fails alone", async () => {
    const loop = project.write("products/siem/loop.py", "while True: pass");
    const crash = project.write("products/siem/crash.py", "import ctypes; ctypes.string_at(0)");
    const fine = project.write("products/siem/fine.py", `${head}print("on import")\n@pull()\ndef run(path): ...`);
    const [looped, crashed, described] = await Promise.all([
      project.describe(loop, 1),
      project.describe(crash),
      project.describe(fine),
    ]);
    expect(looped.failure).toMatchObject({ rule: "timeout" });
    expect(crashed.failure).toMatchObject({ rule: "exited", message: expect.stringContaining("SIGSEGV") });
    expect(hooksOf(described)).toHaveLength(1);
    expect(described.events).toContain("info: on import");
  });
});

describe("a hook", () => {
  test("is given what it names, with the types of the package", async () => {
    const heard =
      await run(`assert isinstance(plug, Plug) and isinstance(instance, Instance) and isinstance(integration, Integration)
info(plug.src_instance, plug.dst_instance, plug.topic, plug.mode, instance.name, instance.settings["url"], integration.target_product)`);
    expect(heard.events).toEqual(["info: agents desk events push desk http://siem edr", "answered"]);
  });

  test("stores settings and secrets, kept even when it then fails", async () => {
    const heard = await run(`plug.settings["intake"] = {"id": 1}
plug.settings["intake"]["parts"] = [1, 2]
plug.set_secret("key", "s3cret")
plug.set_secret("pair", {"a": 1})
plug.delete_secret("old")
plug.save()
raise RuntimeError("after all") from ValueError("the cause")`);
    expect(heard.settings).toEqual({ intake: { id: 1, parts: [1, 2] } });
    expect(heard.events).toEqual(
      expect.arrayContaining([
        "set-secret: key=s3cret",
        'set-secret: pair=data:application/json,{"a": 1}',
        "set-secret: old=null",
      ]),
    );
    expect(heard.failure).toMatchObject({
      rule: "failed",
      message: "RuntimeError: after all: ValueError: the cause",
      at: { file: `products/siem/hook_${files}.py`, line: 14, column: 5 },
    });
  });

  test("asks for secrets; one that is nowhere is None, as the tool has it", async () => {
    const { SecretMissing } = jest.requireActual(
      "../../provider/dist/hooks/hosts/host-job",
    ) as typeof import("../../provider/dist/hooks/hosts/host-job");
    const secret = async (scope: string, name: string) => {
      if (name === "gone") throw new SecretMissing("secret desk.gone is not set: set it [SECRET_MISSING]");
      return name === "pair" ? 'data:application/json,{"a": 1}' : `${scope}-${name}`;
    };
    const heard = await run(
      `print(instance.get_secret("A"), plug.get_src_instance().get_secret("B"), plug.get_secret("k"), plug.get_secret("pair")["a"])
print(instance.get_secret("gone"), plug.get_secret("gone"))
instance.get_secret("gone", "Your key?")`,
      { secret: secret as never },
    );
    expect(heard.events).toContain("info: None None");
    expect(heard.events).toContain("info: instance-A peer-B plug-k 1");
    expect(heard.failure?.message).toBe("secret desk.gone is not set: set it [SECRET_MISSING]");
  });

  test("asks a person: what is typed comes back, a secret of the plug is kept; nobody there fails with the key", async () => {
    const asked: string[] = [];
    const { SecretMissing } = jest.requireActual(
      "../../provider/dist/hooks/hosts/host-job",
    ) as typeof import("../../provider/dist/hooks/hosts/host-job");
    const secret = async (_: string, name: string) =>
      Promise.reject(new SecretMissing(`secret desk.${name} is not set`));
    const body = `print(prompt("Name?"), plug.get_secret("token", "Token?"), instance.get_secret("key", True))
box("Click OK", "in the console", block=True)`;
    const heard = await run(body, {
      secret,
      prompt: async (kind, text) => {
        asked.push(`${kind}: ${text}`);
        return `typed ${asked.length}`;
      },
    });
    expect(asked).toEqual([
      "text: Name?",
      "secret: Token?",
      "secret: Enter secret for desk.key",
      "manual: Click OK\nin the console",
    ]);
    expect(heard.events).toEqual(
      expect.arrayContaining([
        "info: typed 1 typed 2 typed 3",
        "set-secret: token=typed 2",
        "info: Click OK",
        "answered",
      ]),
    );
    const refused = await run('instance.get_secret("key", True)', { secret });
    expect(refused.failure?.message).toBe("secret desk.key is not set");
  });

  test("with a step by hand fails with the instruction, unless it is said to be done", async () => {
    const body = 'box("Create a token", "at the vendor", block=True)';
    expect((await run(body)).failure?.message).toMatch(
      /^a step is to be done by hand: Create a token at the vendor; .* MESHROOM_ASSUME_MANUAL_STEPS_DONE=true/,
    );
    process.env.MESHROOM_ASSUME_MANUAL_STEPS_DONE = "true";
    const heard = await run(body).finally(() => delete process.env.MESHROOM_ASSUME_MANUAL_STEPS_DONE);
    expect(heard.events).toEqual(["info: Create a token", "info: at the vendor", "answered"]);
  });

  test("may be async; says things in levels, in order with what it prints", async () => {
    const file = project.write(
      "products/siem/later.py",
      `${head}import asyncio\n@setup_consumer()\nasync def run(plug):\n    await asyncio.sleep(0)\n    debug("a", 1)\n    error("b")\n    log("c")\n    print("no newline", end="")`,
    );
    const heard = await project.invoke(file, "run", { kind: "setup" });
    expect(heard.events).toEqual(["debug: a 1", "warning: b", "info: c", "info: no newline", "answered"]);
  });

  test("keeps the order of its lines, whichever way they are said", async () => {
    const heard = await run(`import subprocess, sys
for i in range(20):
    print("out", i)
    log("log", i)
    print("err", i, file=sys.stderr)
    subprocess.run("echo child; echo fault >&2", shell=True)`);
    const expected = Array.from({ length: 20 }, (_, i) => [`out ${i}`, `log ${i}`, `err ${i}`, "child", "fault"]);
    expect(heard.events).toEqual([...expected.flat().map((line) => `info: ${line}`), "answered"]);
  });

  test("of watch yields until it is cancelled, then cleans up, async or not", async () => {
    const file = project.write(
      "products/siem/stream.py",
      `${head}import asyncio, time
@watch("events")
def plain(instance):
    try:
        yield {"n": 1}
        yield b"bytes"
        time.sleep(60)
    finally:
        print("closed")
@watch("events")
async def later(instance, plug=None):
    try:
        yield plug.topic
        await asyncio.sleep(60)
    finally:
        print("closed too")`,
    );
    for (const [name, last, expected] of [
      ["plain", '"bytes"', ['item: {"n":1}', 'item: "bytes"', "info: closed", "answered"]],
      ["later", '"events"', ['item: "events"', "info: closed too", "answered"]],
    ] as const) {
      const abort = new AbortController();
      const heard: string[] = [];
      const done = await project.invoke(file, name, {
        kind: "watch",
        signal: abort.signal,
        onItem: (value) => {
          heard.push(`item: ${JSON.stringify(value)}`);
          if (JSON.stringify(value) === last) abort.abort();
        },
      });
      expect([...heard, ...done.events]).toEqual(expected);
    }
  });

  test("that watches goes on when what it has yielded is taken", async () => {
    const file = project.write(
      "products/siem/slow.py",
      `${head}
@watch("events")
def slow(instance):
    yield 1
    print("goes on")`,
    );
    const heard: string[] = [];
    const onItem = async (value: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      heard.push(`taken ${value}`);
    };
    await project.invoke(file, "slow", {
      kind: "watch",
      onItem,
      onLine: (_level, line) => void heard.push(lineOf(line)),
    });
    expect(heard).toEqual(["taken 1", "goes on"]);
  });

  test("of produce, trigger and execute is given data or parameters, with and without a plug", async () => {
    const file = project.write(
      "products/siem/commands.py",
      `${head}
@produce("events")
def send(data: str, instance: Instance, topic: str, plug: Plug | None = None):
    return f"{topic} {instance.name} {data} {plug is not None}"
@trigger("block_ip")
def ask(data: dict, instance):
    return {"asked": data, "at": instance}
@execute("block_ip")
def do(instance, data, plug):
    return data["ip"], plug`,
    );
    expect(resultOf(await project.invoke(file, "send", { kind: "produce", context: { data: "line" } }))).toBe(
      "events desk line True",
    );
    const alone = { plug: undefined, topic: "block_ip", params: { ip: "::1" } };
    expect(resultOf(await project.invoke(file, "ask", { kind: "trigger", context: alone }))).toMatchObject({
      asked: { ip: "::1" },
    });
    expect(resultOf(await project.invoke(file, "do", { kind: "execute", context: alone }))).toEqual(["::1", null]);
  });
});

describe("faults stay with the hook", () => {
  test.each([
    ["sys.exit", "import sys; sys.exit(3)", "exited", "called sys.exit(3)"],
    ["os._exit", "import os; os._exit(5)", "exited", "ended its process (exit code 5)"],
    ["a crash", "import ctypes; ctypes.string_at(0)", "exited", "ended its process (SIGSEGV)"],
    ["a loop", "while True: pass", "timeout", "did not end within its time limit of 1 s"],
    [
      "a loop that listens to nothing",
      "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
      "timeout",
      "did not end",
    ],
    ["eating memory", "x = bytearray(1 << 40)", "failed", "MemoryError"],
    ["closing its outputs", "import os; os.close(1); os.close(2); raise ValueError('v')", "failed", "ValueError: v"],
  ])("%s", async (_, body, rule, message) => {
    const [faulty, beside] = await Promise.all([
      run(body, { timeout: rule === "timeout" ? 1 : 30 }),
      run("import time; time.sleep(0.3); print('beside')"),
    ]);
    expect(faulty.failure).toMatchObject({ rule, message: expect.stringContaining(message) });
    expect(beside.events).toEqual(["info: beside", "answered"]);
  });

  test("megabytes of output, in lines or in one, are cut", async () => {
    const heard = await run('print("x" * 5_000_000)\nfor i in range(100_000): print("line", i)');
    expect(heard.failure).toBeUndefined();
    expect(heard.events.length).toBeLessThan(210);
    expect(Math.max(...heard.events.map((line) => line.length))).toBeLessThan(4_100);
  });

  test("a missing module inside a hook is named with the command", async () => {
    expect((await run("import boto3")).failure).toMatchObject({
      message: "ModuleNotFoundError: No module named 'boto3'",
      remedy: expect.stringMatching(/pip install boto3`$/),
    });
  });
});

describe("hooks that work on the tree", () => {
  const read = (file: string) => readFileSync(join(project.root, file), "utf8");

  test("pull writes products and integrations; comments and unknown keys of what was there stay", async () => {
    const api = createServer((_, response) => response.end(JSON.stringify([{ name: "fresh" }, { name: "known" }])));
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    const definition =
      "# made by hand\ndescription: old # said\nproduces:\n  alerts: # all of them\n  - {mode: push}\n  events: []\nkept: [1, 2]\n";
    project.write("products/known/definition.yaml", definition);
    project.write(
      "products/siem/integrations/known/events_consumer.yaml",
      "# an intake\nintake_format_uuid: abc # from the console\nsettings: []\n",
    );
    const file = project.write(
      "products/siem/catalogue.py",
      `${head}import json, urllib.request
@pull()
def run(path):
    for entry in json.load(urllib.request.urlopen("http://127.0.0.1:${(api.address() as AddressInfo).port}")):
        product = create_product(entry["name"], description=f"about {entry['name']}")
        product.add_capability("producer", "events", format="json").save()
        one = get_integration("siem", entry["name"], "events", "consumer") or Integration(product="siem", target_product=entry["name"], topic="events", role="consumer")
        one.settings = ProductSetting.from_json_schema({"properties": {"url": {"type": "string"}, "api_token": {"type": "string"}}, "required": ["url"]})
        one.automation_uuid = "u-1"
        one.save()
    (path / "index.json").write_text("[]")`,
    );
    const heard = await project.invoke(file, "run", {
      kind: "pull",
      context: { instance: undefined, peer: undefined, plug: undefined, product: "siem" },
    });
    api.close();
    expect(heard.failure).toBeUndefined();
    expect(read("products/fresh/definition.yaml")).toBe(
      "name: fresh\ndescription: about fresh\nproduces:\n  events:\n    - format: json\n",
    );
    expect(read("products/known/definition.yaml")).toBe(
      "# made by hand\ndescription: about known # said\nproduces:\n  alerts:\n    # all of them\n    - {mode: push}\n  events:\n    - format: json\nkept: [1, 2]\n",
    );
    const known = read("products/siem/integrations/known/events_consumer.yaml");
    expect(known).toContain("# an intake\nintake_format_uuid: abc # from the console\n");
    expect(known).toContain("automation_uuid: u-1");
    expect(known).toMatch(/name: api_token\n *secret: true/);
    expect(read("products/siem/integrations/fresh/events_consumer.yml")).toContain("automation_uuid: u-1");
    expect(read("mirrors/siem/index.json")).toBe("[]");
  });

  test("scaffold writes hooks into a file without losing what is in it, and saves the integration", async () => {
    project.write("products/siem/integrations/known/alerts_consumer.yml", "# ours\nformat_uuid: f\n");
    project.write("products/siem/integrations/known/alerts_consumer.py", "# keep me\nimport os  # and me\n");
    mkdirSync(join(project.root, "products/siem/template"), { recursive: true });
    writeFileSync(join(project.root, "products/siem/template/README.md"), "for {{NAME}}\n");
    const file = project.write(
      "products/siem/scaffold.py",
      `${head}from pathlib import Path
from meshroom.template import generate_files_from_template
def open_intake(integration: Integration, plug: Plug, instance: Instance):
    plug.settings["uuid"] = integration.format_uuid
@scaffold_consumer()
def run(integration: Integration):
    integration.documentation_url = "https://vendor.example/" + integration.get_or_prompt("format_uuid", "Format?")
    integration.add_setup_step("Open the intake", open_intake, order="first")
    generate_files_from_template(Path(__file__).parent / "template", integration.path.parent / "dist", {"{{NAME}}": integration.topic})`,
    );
    const integration = { product: "siem", target: "known", topic: "alerts", role: "consumer" } as const;
    const context = { instance: undefined, peer: undefined, plug: undefined, product: "siem", integration };
    const heard = await project.invoke(file, "run", { kind: "scaffold", context });
    expect(heard.failure).toBeUndefined();
    expect(read("products/siem/integrations/known/alerts_consumer.yml")).toBe(
      "# ours\nformat_uuid: f\ndocumentation_url: https://vendor.example/f\n",
    );
    const made = "products/siem/integrations/known/alerts_consumer.py";
    expect(read(made)).toContain("# keep me\nimport os  # and me\n");
    expect(read("products/siem/integrations/known/dist/README.md")).toBe("for alerts\n");
    const fresh = new HookProject();
    fresh.write(made, read(made));
    expect(hooksOf(await fresh.describe(made))[0]).toMatchObject({
      title: "Open the intake",
      order: "first",
      kind: "setup",
    });
    fresh.remove();
  });

  test("get_or_prompt where nobody can be asked names key and file", async () => {
    project.write("products/siem/integrations/edr/logs_consumer.yaml", "");
    const file = project.write(
      "products/siem/publish.py",
      `${head}@publish()\ndef run(integration):\n    integration.get_or_prompt("module_uuid", "UUID of the module?")`,
    );
    const integration = { product: "siem", target: "edr", topic: "logs", role: "consumer" } as const;
    const heard = await project.invoke(file, "run", {
      kind: "publish",
      context: { plug: undefined, product: "siem", integration },
    });
    expect(heard.failure?.message).toMatch(
      /^`module_uuid` is not set in products\/siem\/integrations\/edr\/logs_consumer.yaml \(UUID of the module\?\)/,
    );
  });

  test("nothing is written outside the tree of manifests", async () => {
    const heard = await run('Integration(product="..", target_product="..", topic="../../x", role="consumer").save()');
    expect(heard.failure).toBeDefined();
  });
});
