// Projects with Python hooks on the real engine: one that the Python tool itself has made and set up is taken over and taken down.
import { execFile, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectUser } from "../../provider/src/secrets/create-key";
import { patience } from "../patience";
import { pythonWithTool } from "../python-venv";
import { type Gnupg, startGnupg } from "../secrets/gnupg";
import { hookFile, instance } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const API_KEY = "c4nary-of-the-edge";

let vendor: Vendor;
let python: string;
const workspaces: Workspace[] = [];

beforeAll(async () => {
  vendor = await Vendor.start();
  python = pythonWithTool();
});

afterAll(async () => {
  await vendor.stop();
  for (const workspace of workspaces) workspace.remove();
});

async function newWorkspace(files: Record<string, string>): Promise<Workspace> {
  const workspace = new Workspace(files);
  workspaces.push(workspace);
  workspace.environment.MESHROOM_PYTHON = python;
  await workspace.init();
  return workspace;
}

/** As a vendor's product has it: a client of its API, which hooks import. */
const client = `import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Client:
    def __init__(self, instance):
        self.base = f"{instance.settings['url']}/{instance.name}"

    def call(self, method, thing, **body):
        request = Request(f"{self.base}/{thing}", json.dumps(body).encode(), method=method)
        try:
            with urlopen(request) as response:
                return json.load(response)
        except HTTPError as error:
            if method == "DELETE" and error.code == 404:
                return None
            raise RuntimeError(json.load(error)["error"]) from None
`;

const intake = `from meshroom.decorators import setup_consumer, teardown_consumer
from meshroom.interaction import info
from meshroom.model import Instance, Plug

from .api import Client


@setup_consumer("events", title="Open an intake")
def open_intake(plug: Plug, instance: Instance):
    Client(instance).call("PUT", "intake", level=instance.settings.get("level"), before=plug.settings.get("intake"))
    plug.settings["intake"] = (plug.settings.get("intake") or 0) + 1
    if not plug.get_secret("intake_key"):
        plug.set_secret("intake_key", f"key-canary-of-intake-{plug.settings['intake']}")
    plug.save()
    info("intake", plug.settings["intake"], "is open")


@teardown_consumer("events")
def close_intake(plug: Plug, instance: Instance):
    """Close the intake"""
    Client(instance).call("DELETE", "intake")
    del plug.settings["intake"]
    plug.save()
`;

const output = `from meshroom.decorators import setup, teardown
from ...api import Client


@setup(title="Send to the intake")
def send(plug, integration, instance):
    keys = [instance.get_secret("API_KEY"), plug.get_secret("intake_key")]
    Client(instance).call("PUT", "output", format=integration.intake_format, keys=keys)
    print("sent with", *keys)


@teardown()
def stop(instance):
    """Send no more"""
    Client(instance).call("DELETE", "output")
`;

describe("a project that the Python tool has made and set up", () => {
  const manifest = "mesh/instances/edr/edge/plugs/soc/events.yaml";
  const config = "mesh/instances/siem/soc/config.yaml";
  let workspace: Workspace;
  let gnupg: Gnupg;

  /** Asynchronous, since its hooks talk to the vendor in this process. */
  async function tool(...args: string[]): Promise<void> {
    const options = { cwd: workspace.folder, timeout: patience(), env: gnupg.environment };
    const running = promisify(execFile)(join(dirname(python), "meshroom"), args, options);
    running.child.stdin?.end(`${API_KEY}\n`);
    await running;
  }

  function append(file: string, text: string): void {
    workspace.write(file, workspace.read(file) + text);
  }

  beforeAll(async () => {
    workspace = await newWorkspace({});
    gnupg = startGnupg();
    workspace.environment.GNUPGHOME = gnupg.home;
    const { name, email } = projectUser(join(workspace.folder, "mesh"), gnupg.environment);
    gnupg.makeKey(`${name} <${email}>`, { kind: "rsa" });
    await tool("init", "mesh");
    for (const product of ["edr", "siem"]) await tool("-p", "mesh", "create", "product", product);
    await tool("-p", "mesh", "create", "integration", "edr", "siem", "events", "producer");
    const settings = "settings:\n- {name: url}\n- {name: level, type: integer}\n";
    for (const product of ["edr", "siem"]) {
      append(`mesh/products/${product}/definition.yaml`, settings);
      workspace.write(`mesh/products/${product}/api.py`, client);
    }
    workspace.write("mesh/products/siem/setup.py", intake);
    append("mesh/products/edr/integrations/siem/events_producer.yml", "intake_format: json # known to the vendor\n");
    workspace.write("mesh/products/edr/integrations/siem/events_producer.py", output);
    append("mesh/products/edr/definition.yaml", "- {name: API_KEY, secret: true, required: true}\n");
    await tool("-p", "mesh", "add", "edr", "edge", "-s", "API_KEY", "-c", `url=${vendor.url}`);
    await tool("-p", "mesh", "add", "siem", "soc", "-c", `url=${vendor.url}`, "-c", "level=1");
    await tool("-p", "mesh", "plug", "events", "edge", "soc");
    await tool("-p", "mesh", "up");
  });

  afterAll(() => gnupg.end());

  test("is up before we come", () => {
    expect(vendor.takeJournal()).toEqual(["PUT /soc/intake", "PUT /edge/output"]);
    expect(workspace.read(manifest)).toContain("status: up");
  });

  test("is taken over as it is: the steps are shown, and no hook runs", async () => {
    const preview = mustSucceed(await workspace.preview());
    expect(preview.text).toMatch(/\[0\]: "soc: Open an intake"\s+\[1\]: "edge: Send to the intake"/);
    const ran = mustSucceed(await workspace.up());
    expect(ran.text).toContain(`taken over as it is: instances/edr/edge/plugs/soc/events.yaml says \`status: up\``);
    expect(vendor.takeJournal()).toEqual([]);
    expect(workspace.resources()["events: edge -> soc"]?.outputs.state).toEqual({ intake: 1 });
  });

  test("a preview of unchanged files needs no Python at all", async () => {
    workspace.environment.MESHROOM_PYTHON = "/nowhere/python";
    mustSucceed(await workspace.preview("--expect-no-changes"));
    workspace.environment.MESHROOM_PYTHON = python;
  });

  test("a changed setting is applied, with what the tool's run had stored; what hooks print stands on the plug's line", async () => {
    workspace.write(config, workspace.read(config).replace(/level: .*/, "level: 2"));
    const ran = mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["PUT /soc/intake", "PUT /edge/output"]);
    expect(vendor.things.get("/soc/intake")).toEqual({ level: 2, before: 1 });
    expect(vendor.things.get("/edge/output")).toEqual({ format: "json", keys: [API_KEY, "key-canary-of-intake-1"] });
    expect(ran.text).toContain("sent with [secret] [secret]");
    expect(ran.text).toMatch(/meshroom:Plug \(events: edge -> soc\):\s+\[soc: Open an intake\] intake 2 is open/);
    expect(workspace.resources()["events: edge -> soc"]?.outputs.state).toEqual({ intake: 2 });
  });

  test("an edit of a module that hooks import is shown as that file, and applied", async () => {
    workspace.write("mesh/products/siem/api.py", client.replace("raise RuntimeError", "raise ValueError"));
    const { text } = mustSucceed(await workspace.preview());
    expect(text).toMatch(/products\/siem\/api\.py *: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["PUT /soc/intake", "PUT /edge/output"]);
    expect(vendor.things.get("/soc/intake")).toMatchObject({ before: 2 });
  });

  test("a failing hook names its file and line and what to do; the next up goes on", async () => {
    workspace.write(config, workspace.read(config).replace(/level: .*/, "level: 3"));
    vendor.broken.set("PUT /edge/output", "out of order");
    const failed = await workspace.up();
    vendor.broken.clear();
    expect(failed.code).not.toBe(0);
    expect(failed.text).toMatch(
      /products\/edr\/api\.py:\d+:\d+: error: setup hook "edge: Send to the intake" of plug instances\/edr\/edge\/plugs\/soc\/events\.yaml: RuntimeError: out of order \[HOOK_FAILED\]/,
    );
    expect(failed.text).not.toContain("meshroom_bridge");
    vendor.takeJournal();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["PUT /edge/output"]);
  });

  test("is torn down in reverse and nothing is left, at the vendor's and in the manifest", async () => {
    mustSucceed(await workspace.destroy());
    expect(vendor.takeJournal()).toEqual(["DELETE /edge/output", "DELETE /soc/intake"]);
    expect(vendor.things.size).toBe(0);
    expect(workspace.read(manifest)).not.toMatch(/status|intake/);
    expect(Object.keys(workspace.resources())).toEqual([]);
  });

  test("has its secrets nowhere in clear: what the tool had stored was read from its store", () => {
    expect(workspace.filesWith(API_KEY)).toEqual([]);
    expect(workspace.filesWith("key-canary-of-intake-1")).toEqual([]);
  });

  test("can be set up again by the tool, and taken over again", async () => {
    await tool("-p", "mesh", "up");
    expect(vendor.takeJournal()).toEqual(["PUT /soc/intake", "PUT /edge/output"]);
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual([]);
    mustSucceed(await workspace.destroy());
    expect(vendor.things.size).toBe(0);
  });
});

describe("hooks in both languages", () => {
  const py = (body: string) =>
    `from meshroom.decorators import setup_consumer, teardown_consumer\n\n\n@setup_consumer("events", order="last")\ndef run(plug, instance):\n    """Run ${"Python"}"""\n    ${body.replaceAll("\n", "\n    ")}\n`;
  let workspace: Workspace;
  let ran: Ran;

  beforeAll(async () => {
    vendor.takeJournal();
    workspace = await newWorkspace({
      "mesh/products/edr/definition.yaml": "settings:\n  - { name: url }\nproduces:\n  events: [{}]\n",
      "mesh/products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
      "mesh/products/siem/definition.yaml":
        "settings:\n  - { name: url }\n  - { name: level, type: integer }\nconsumes:\n  events: [{}]\n",
      "mesh/products/siem/intake.ts": hookFile({ role: "consumer", things: ["intake"] }),
      "mesh/products/siem/api.py": client,
      "mesh/products/siem/parser.py": py(
        `from .api import Client\nplug.set_secret("parser_key", "made-for-the-parser-canary")\nprint(plug.get_secret("intake_key"))\nif instance.name == "leaving":\n    raise SystemExit(1)\nClient(instance).call("PUT", "parser")`,
      ),
      ...instance("edr", "edge", { url: vendor.url }),
      ...instance("siem", "east", { url: vendor.url, level: 1 }),
      ...instance("siem", "leaving", { url: vendor.url }),
      "mesh/instances/edr/edge/plugs/east/events.yaml": "topic: events\n",
      "mesh/instances/edr/edge/plugs/leaving/events.yaml": "topic: events\n",
    });
    ran = await workspace.up("--continue-on-error");
  });

  test("run in one order and see each other's secrets, masked in what they print", () => {
    expect(vendor.takeJournal().filter((line) => line.includes("east"))).toEqual([
      "PUT /east/intake",
      "PUT /east/parser",
    ]);
    expect(ran.text).toContain("[secret]");
    expect(ran.text).not.toContain("made-for-intake-canary");
    expect(workspace.filesWith("made-for-the-parser-canary")).toEqual(
      ["mesh/products/siem/parser.py"].map((file) => join(workspace.folder, file)),
    );
  });

  test("a fault of a Python hook is its own plug's", () => {
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(
      /parser\.py:\d+:\d+: error: setup hook "leaving: Run Python" of plug .*: called sys\.exit\(1\) \[HOOK_EXITED\]/,
    );
    expect(vendor.things.has("/edge/output")).toBe(true);
  });

  test("where there is no interpreter for them, the preview fails and says so once for a plug", async () => {
    workspace.environment.MESHROOM_PYTHON = "/nowhere/python";
    workspace.write("mesh/products/siem/other.py", "");
    const preview = await workspace.preview();
    workspace.environment.MESHROOM_PYTHON = python;
    expect(preview.code).not.toBe(0);
    expect(preview.text).toContain("Python hooks need Python, but /nowhere/python does not start");
    expect(preview.text.match(/plug instances\/edr\/edge\/plugs\/east\/events\.yaml: Python hooks need/g)).toHaveLength(
      1,
    );
  });

  test("without the package, which a preview does not need, `up` shows the command that installs it", async () => {
    const bare = join(workspace.folder, "bare");
    spawnSync("python3", ["-m", "venv", "--without-pip", bare]);
    workspace.environment.MESHROOM_PYTHON = join(bare, "bin/python");
    workspace.write("mesh/products/siem/other.py", "# changed\n");
    mustSucceed(await workspace.preview());
    const ran = await workspace.up();
    workspace.environment.MESHROOM_PYTHON = python;
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(
      /needs? the package meshroom, .*\n?.*install it: `.*bare\/bin\/python -m pip install meshroom==0\.3\.4`/,
    );
  });
});

describe("a product with Python hooks that has left the tree", () => {
  const gone = ["products/siem", "instances/siem", "instances/edr/edge/plugs"];
  let workspace: Workspace;

  beforeAll(async () => {
    vendor.takeJournal();
    const settings = "settings:\n  - { name: url }\n  - { name: level, type: integer }\n";
    workspace = await newWorkspace({
      "mesh/products/edr/definition.yaml": `${settings}produces:\n  events: [{}]\n`,
      "mesh/products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
      "mesh/products/siem/definition.yaml": `${settings}consumes:\n  events: [{}]\n`,
      "mesh/products/siem/api.py": client,
      "mesh/products/siem/setup.py": intake,
      ...instance("edr", "edge", { url: vendor.url }),
      ...instance("siem", "east", { url: vendor.url, level: 1 }),
      "mesh/instances/edr/edge/plugs/east/events.yaml": "topic: events\n",
    });
    workspace.commit();
    mustSucceed(await workspace.up());
  });

  test("is torn down with the hooks of the recorded revision, and with what they had stored", async () => {
    expect(vendor.takeJournal()).toEqual(["PUT /east/intake", "PUT /edge/output"]);
    for (const path of gone) rmSync(join(workspace.folder, "mesh", path), { recursive: true });
    workspace.commit();
    mustSucceed(await workspace.up());
    expect(vendor.takeJournal()).toEqual(["DELETE /edge/output", "DELETE /east/intake"]);
    expect(vendor.things.has("/east/intake")).toBe(false);
    expect(Object.keys(workspace.resources()).filter((name) => name.includes("events"))).toEqual([]);
  });
});
