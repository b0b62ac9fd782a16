// What goes wrong in one plug stays there: faults of hooks at run time, faults of the tree before anything runs.
import { hookFile, instance } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

let vendor: Vendor;
const workspaces: Workspace[] = [];

beforeAll(async () => {
  vendor = await Vendor.start();
});

afterAll(async () => {
  await vendor.stop();
  for (const workspace of workspaces) workspace.remove();
});

async function newWorkspace(files: Record<string, string>): Promise<Workspace> {
  const workspace = new Workspace(files);
  workspaces.push(workspace);
  await workspace.init();
  return workspace;
}

/** A product that consumes events, its instance of the same name, and a plug from the EDR to it. */
function consumer(name: string, hooks: string, settings: Record<string, unknown> = {}): Record<string, string> {
  return {
    [`mesh/products/${name}/definition.yaml`]:
      "settings:\n  - { name: url }\n  - { name: level, type: integer }\nconsumes:\n  events: [{}]\n",
    [`mesh/products/${name}/intake.ts`]: hooks,
    ...instance(name, name, { url: vendor.url, ...settings }),
    [`mesh/instances/edr/edge/plugs/${name}/events.yaml`]: "topic: events\n",
  };
}

function edr(): Record<string, string> {
  return {
    "mesh/products/edr/definition.yaml": "settings:\n  - { name: url, required: true }\nproduces:\n  events: [{}]\n",
    "mesh/products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
    ...instance("edr", "edge", { url: vendor.url }),
  };
}

/** A hook file with one set-up hook. */
function setupHook(body: string, options = "{}"): string {
  return `import { setup } from "pulumi-meshroom/hooks";\n\nexport const openIntake = setup(${options}, async ({ instance, plug, log }) => {\n${body}\n});\n`;
}

const healthy = hookFile({ role: "consumer", things: ["intake"] });

describe("faults of hooks", () => {
  let workspace: Workspace;
  let ran: Ran;
  beforeAll(async () => {
    workspace = await newWorkspace({
      ...edr(),
      ...consumer("siem", healthy),
      ...consumer("endless", setupHook("  plug.settings.begun = true;\n  for (;;);", "{ timeout: 1 }")),
      ...consumer("leaver", setupHook("  plug.settings.begun = true;\n  process.exit(3);")),
      ...consumer("forgetful", setupHook('  void Promise.reject(new Error("nobody waits for this"));')),
      ...consumer("strange", setupHook("  plug.settings.when = new Date();")),
      ...consumer(
        "babbler",
        setupHook(
          '  await plug.setSecret("token", "c4nary-token");\n  console.log("token c4nary-token", Buffer.from("c4nary-token").toString("base64"));\n  throw new Error("refused c4nary-token");',
        ),
      ),
      ...consumer(
        "careless",
        setupHook('  await plug.setSecret("token", "c4nary-token");\n  plug.settings.token = "c4nary-token";'),
      ),
      ...consumer(
        "namer",
        setupHook('  await plug.setSecret("token", "c4nary-token");\n  plug.settings["by c4nary-token"] = 1;'),
      ),
      ...consumer(
        "late",
        setupHook(
          '  plug.settings.one = plug.settings.two = "c4nary-token";\n  await plug.setSecret("token", "c4nary-token");\n  throw new Error("too late");',
        ),
      ),
      ...consumer("absent", healthy, { url: "http://127.0.0.1:4" }),
      ...consumer("keyless", healthy),
      "mesh/products/keyless/definition.yaml":
        "settings:\n  - { name: url }\n  - { name: level, type: integer }\n  - { name: API_KEY, secret: true, required: true }\nconsumes:\n  events: [{}]\n",
    });
    ran = await workspace.up("--continue-on-error");
  });

  test("the healthy plug is set up, the others fail", () => {
    expect(ran.code).not.toBe(0);
    expect(vendor.things.has("/siem/intake")).toBe(true);
    expect(workspace.resources()["events: edge -> siem"]).toMatchObject({ outputs: { __done: 2 } });
  });

  test.each([
    [
      "endless",
      /products\/endless\/intake\.ts:1:1: error: setup hook "endless: Open intake" of plug instances\/edr\/edge\/plugs\/endless\/events\.yaml: did not end within its time limit of 1 s \[HOOK_TIMEOUT\]/,
    ],
    ["leaver", /plugs\/leaver\/events\.yaml: called process\.exit\(3\) \[HOOK_EXITED\]/],
    [
      "forgetful",
      /products\/forgetful\/intake\.ts:4:\d+: error: .*plugs\/forgetful\/events\.yaml: nobody waits for this \[HOOK_FAILED\]/,
    ],
    [
      "strange",
      /plugs\/strange\/events\.yaml: plug\.settings holds JSON only, but plug\.settings\.when is a Date \[HOOK_RESULT\]/,
    ],
    ["babbler", /plugs\/babbler\/events\.yaml: refused \[secret\] \[HOOK_FAILED\]/],
    [
      "careless",
      /plugs\/careless\/events\.yaml: plug\.settings\.token holds a secret; .* plug\.setSecret \[HOOK_RESULT\]/,
    ],
    ["namer", /plugs\/namer\/events\.yaml: plug\.settings\.by \[secret\] holds a secret; .* \[HOOK_RESULT\]/],
    ["late", /plugs\/late\/events\.yaml: too late \[HOOK_FAILED\]/],
    ["absent", /plugs\/absent\/events\.yaml: fetch failed: .*ECONNREFUSED.* \[HOOK_FAILED\]/],
    [
      "keyless",
      /plug instances\/edr\/edge\/plugs\/keyless\/events\.yaml needs secret keyless\.API_KEY, set nowhere; nothing was set up \[SECRET_MISSING\]/,
    ],
  ])("%s: the message names the file, the plug and the fault", (_, message) => {
    expect(ran.text).toMatch(message);
  });

  test("a missing secret comes with the commands that set it", () => {
    expect(ran.text).toContain(
      "pulumi config set --secret --path 'secrets.keyless.API_KEY', or export MESHROOM_SECRET_KEYLESS_API_KEY=...",
    );
  });

  test("what a hook prints is masked and attributed to its plug", () => {
    expect(ran.text).toMatch(
      /Plug \(events: edge -> babbler\):\n(.*\n)*? +\[babbler: Open intake\] token \[secret\] \[secret\]/,
    );
    expect(ran.text).not.toContain("c4nary");
  });

  test("no stack trace of ours is shown", () => {
    expect(ran.text).not.toMatch(/provider[\\/]dist|lifecycle|node:internal.*hook/);
  });

  test("the state is true: what was begun is kept, what was not is absent, no secret is in clear", () => {
    const resources = workspace.resources();
    expect(resources["events: edge -> endless"]?.outputs).toMatchObject({
      __done: 0,
      __touched: ["destination"],
      state: { begun: true },
    });
    expect(resources["events: edge -> leaver"]?.outputs).toMatchObject({ state: { begun: true } });
    expect(Object.keys(resources)).not.toContain("events: edge -> keyless");
    expect(workspace.state()).not.toContain("c4nary");
  });

  test("destroy takes down all that it can, the half-set-up ones too, and keeps what it can't", async () => {
    const destroyed = await workspace.destroy("--continue-on-error");
    expect(destroyed.text).toMatch(/teardown hook "absent: Delete intake" of plug .*ECONNREFUSED/);
    expect(destroyed.text).not.toMatch(/provider[\\/]dist/);
    expect([...vendor.things.keys()]).toEqual([]);
    expect(Object.keys(workspace.resources()).filter((name) => name.includes("->"))).toEqual([
      "events: edge -> absent",
    ]);
  });
});

describe("faults of the tree", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await newWorkspace({ ...edr(), ...consumer("siem", healthy), ...consumer("spoiled", healthy) });
    mustSucceed(await workspace.up());
    vendor.takeJournal();
    const faulty = {
      ...consumer("unparsable", "import { setup } from 'pulumi-meshroom/hooks';\nexport const x = ;\n"),
      ...consumer("throwing", 'import "pulumi-meshroom/hooks";\n\nthrow new Error("no database at load time");\n'),
      ...consumer("exiting", "process.exit(0);\n"),
      ...consumer("unowned", "export const nothing = 1;\n"),
      ...consumer("mistyped", healthy, { level: "high" }),
      "mesh/instances/nowhere/lost/config.yaml": "name: lost\n",
      "mesh/instances/edr/edge/plugs/edge/events.yaml": "topic: events\n",
      "mesh/products/spoiled/definition.yaml": "consumes:\n  events: [\nsettings: }\n",
      "mesh/products/unused/definition.yaml": "produces: 5\n",
      ...instance("relay", "r1", { url: vendor.url }),
      ...instance("relay", "r2", { url: vendor.url }),
      "mesh/products/relay/definition.yaml":
        "settings:\n  - { name: url }\n  - { name: level, type: integer }\nproduces:\n  events: [{}]\nconsumes:\n  events: [{}]\n",
      "mesh/products/relay/relay.ts": hookFile({
        role: "consumer",
        things: ["relay"],
        setupOptions: ", ownsBoth: true",
      }),
      "mesh/instances/relay/r1/plugs/r2/events.yaml": "topic: events\n",
      "mesh/instances/relay/r2/plugs/r1/events.yaml": "topic: events\n",
    };
    for (const [path, text] of Object.entries(faulty)) workspace.write(path, text);
  });

  describe("in a preview", () => {
    let ran: Ran;
    beforeAll(async () => {
      ran = await workspace.preview();
    });

    test("it fails and calls no hook", () => {
      expect(ran.code).not.toBe(0);
      expect(vendor.takeJournal()).toEqual([]);
    });

    test.each([
      ["broken YAML", /products\/spoiled\/definition\.yaml:3:11: error: .*\[YAML_SYNTAX\]\n.*settings: \}/],
      [
        "a hook file that does not parse",
        /products\/unparsable\/intake\.ts:2:18: error: plug instances\/edr\/edge\/plugs\/unparsable\/events\.yaml: hook file does not load: .*\[HOOK_LOAD\]/,
      ],
      [
        "a hook file that throws on load",
        /products\/throwing\/intake\.ts:3:7: error: plug .*: hook file does not load: no database at load time \[HOOK_LOAD\]/,
      ],
      [
        "a hook file that exits on load",
        /products\/exiting\/intake\.ts:1:1: error: plug .*: hook file does not load: its top level called process\.exit\(0\) \[HOOK_LOAD\]/,
      ],
      ["no setup hooks", /plugs\/unowned\/events\.yaml:1:1: error: .*\[PLUG_UNOWNED\]/],
      [
        "a value of the wrong type",
        /instances\/mistyped\/mistyped\/config\.yaml:3:\d+: error: .*`level` .*integer.*\[SETTING_TYPE\]/,
      ],
      ["an unknown product", /instances\/nowhere\/lost\/config\.yaml:\d+:\d+: error: .*nowhere.*\[PRODUCT_UNKNOWN\]/],
      ["a self plug", /plugs\/edge\/events\.yaml:1:1: error: .*\[PLUG_SELF\]/],
      [
        "a cycle of plugs",
        /plugs\/r2\/events\.yaml:1:1: error: plug .* is part of a cycle: events would run from r1 -> r2 -> r1 \[PLUG_CYCLE\]/,
      ],
      ["a product that is not in use, as a warning", /warning: products\/unused\/definition\.yaml:1:\d+/],
    ])("%s: names file, place, rule and repair", (_, message) => {
      expect(ran.text).toMatch(message);
    });

    test("no stack trace of ours is shown, and the plugs in order are", () => {
      expect(ran.text).not.toMatch(/provider[\\/]dist|at .*node_modules/);
    });
  });

  test("up with --continue-on-error leaves what is broken as it is and deletes nothing", async () => {
    const ran = await workspace.up("--continue-on-error");
    expect(ran.code).not.toBe(0);
    expect(ran.text).not.toMatch(/provider[\\/]dist/);
    expect(vendor.takeJournal().filter((line) => !line.startsWith("GET"))).toEqual([]);
    expect(Object.keys(workspace.resources())).toEqual(
      expect.arrayContaining(["events: edge -> siem", "events: edge -> spoiled"]),
    );
  });
});
