// The project's secrets.gpg on the real engine: where a secret comes from, rotation, and a hunt for leaks through a plug's whole life.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instance, twoPlugs } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, type Ran, Workspace } from "./workspace";

const CANARIES = {
  key: "c4nary-store-key-7Qz",
  rotated: "c4nary-rotated-key-9Xw",
  nested: "c4nary-nested-token-3Ly",
  made: "made-for-intake-canary",
  passphrase: "c4nary-passphrase-5Kt",
};

/** Every form in which a hook may let a secret slip. */
const babbling = `
import { setup } from "pulumi-meshroom/hooks";

export const babble = setup({ role: "consumer", topic: "events", order: "last" }, async ({ instance, peer, log }) => {
  const key = await peer.secret("API_KEY");
  const token = instance.settings.auth?.token ?? "";
  for (const secret of [key, token]) {
    console.log("plain", secret, "url", encodeURIComponent(secret));
    console.error("base64", Buffer.from(secret).toString("base64"), Buffer.from("x:" + secret).toString("base64"));
    log.info(\`hex \${Buffer.from(secret).toString("hex")} json \${JSON.stringify({ secret })}\`);
  }
  const response = await fetch(\`\${instance.settings.url}/\${instance.name}/babble\`, { method: "PUT", body: JSON.stringify({ length: token.length }) });
  if (!response.ok) throw new Error(\`refused: \${key} \${Buffer.from(key).toString("base64")} \${encodeURIComponent(token)}\`);
});
`;

let vendor: Vendor;
let workspace: Workspace;
/** Short, since the agent's socket lies in it. */
const gnupg = mkdtempSync("/tmp/gpg-");
const scratch = mkdtempSync(join(tmpdir(), "scratch-"));
const said: string[] = [];

/** What a person would do at the command line, as a process of its own. */
function setSecret(owner: Record<string, string>, name: string, value: string): void {
  const script = `
    const { SecretStore } = require("${join(__dirname, "../../provider/dist/secrets/store.js")}");
    let value = ""; process.stdin.on("data", (part) => (value += part)).on("end", () =>
      SecretStore.open(process.argv[1], process.env).update((values) => values.set(${JSON.stringify({ owner, name })}, value), {}));`;
  execFileSync(process.execPath, ["-e", script, join(workspace.folder, "mesh")], {
    input: value,
    env: { ...process.env, GNUPGHOME: gnupg, MESHROOM_GPG_PASSPHRASE: CANARIES.passphrase },
  });
}

const edge = { kind: "instance", product: "edr", name: "edge", address: "edge" };
const east = { kind: "instance", product: "siem", name: "east", address: "east" };

async function run(command: Promise<Ran>): Promise<Ran> {
  const ran = await command;
  said.push(ran.text);
  return ran;
}

beforeAll(async () => {
  vendor = await Vendor.start();
  workspace = new Workspace(twoPlugs(vendor.url));
  workspace.write(
    "mesh/products/siem/definition.yaml",
    "settings:\n  - { name: url, required: true }\n  - { name: level, type: integer }\n" +
      "  - name: auth\n    type: object\n    properties:\n      - { name: user }\n      - { name: token, secret: true }\nconsumes:\n  events: [{}]\n",
  );
  workspace.write("mesh/products/siem/babble.ts", babbling);
  for (const [path, text] of Object.entries(instance("siem", "east", { url: vendor.url, auth: { user: "mesh" } })))
    workspace.write(path, text);
  // All that anybody writes to a temporary file is looked at in the end.
  Object.assign(workspace.environment, {
    GNUPGHOME: gnupg,
    MESHROOM_GPG_PASSPHRASE: CANARIES.passphrase,
    TMPDIR: scratch,
  });
  mkdirSync(join(workspace.folder, "home"), { recursive: true });
  await workspace.init();
  await workspace.configure("instances[0]", "edge");
  await workspace.configure("instances[1]", "east");
});

afterAll(async () => {
  await vendor.stop();
  execFileSync("gpgconf", ["--homedir", gnupg, "--kill", "all"]);
  workspace.remove();
  for (const folder of [gnupg, scratch]) rmSync(folder, { recursive: true, force: true });
});

describe("a secret that is set nowhere", () => {
  test("does not hinder a preview, which says so", async () => {
    const ran = mustSucceed(await run(workspace.preview()));
    expect(ran.text).toContain("not readable here: edge.API_KEY; changes of secrets are not shown");
  });

  test("fails the up before anything is set up, and names all the ways to set it", async () => {
    const ran = await run(workspace.up());
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(
      /plugs\/east\/events\.yaml:1:1: error: plug .* needs secret edge\.API_KEY, set nowhere; nothing was set up \[SECRET_MISSING\]/,
    );
    expect(ran.text).toMatch(
      /pulumi config set --secret --path 'secrets\.edge\.API_KEY', or export MESHROOM_SECRET_EDGE_API_KEY=\.\.\., or meshroom configure edge -s API_KEY/,
    );
    expect(vendor.takeJournal()).toEqual([]);
  });
});

describe("a secret in the store", () => {
  beforeAll(async () => {
    setSecret(edge, "API_KEY", CANARIES.key);
    setSecret(east, "auth.token", CANARIES.nested);
  });

  test("serves hooks; a nested one stands in its object", async () => {
    mustSucceed(await run(workspace.up()));
    expect(vendor.things.get("/east/babble")).toEqual({ length: CANARIES.nested.length });
    expect(workspace.resources()["events: edge -> east"]?.inputs.secrets).toEqual({
      "edge.API_KEY": expect.stringMatching(/^[0-9a-f]{12}$/),
      "east.auth.token": expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test("is not needed for a preview: without the key, nothing shows as changed and the reviewer is told why", async () => {
    const ran = mustSucceed(
      await run(withKey(join(scratch, "no-key"), () => workspace.preview("--expect-no-changes"))),
    );
    expect(ran.text).toMatch(/not readable here: edge\.API_KEY/);
    expect(ran.text).toMatch(/warning: changes of secrets are not shown: .*\[STORE_\w+\]/);
  });

  test("an up that needs it without the key fails with the reason", async () => {
    for (const [path, text] of Object.entries(
      instance("siem", "east", { url: vendor.url, level: 2, auth: { user: "mesh" } }),
    ))
      workspace.write(path, text);
    vendor.takeJournal();
    const ran = await run(withKey(join(scratch, "no-key"), () => workspace.up()));
    expect(ran.code).not.toBe(0);
    expect(ran.text).toMatch(
      /needs secret edge\.API_KEY and secret east\.auth\.token, set nowhere; .*; nothing was set up \[SECRET_MISSING\]/,
    );
    expect(vendor.takeJournal()).toEqual([]);
    expect(Object.keys(workspace.resources())).toContain("events: edge -> east");
    mustSucceed(await run(workspace.up()));
  });

  test("that is rotated shows as a changed digest of that name, and up runs the setup again", async () => {
    setSecret(edge, "API_KEY", CANARIES.rotated);
    const { text } = mustSucceed(await run(workspace.preview()));
    expect(text).toMatch(/edge\.API_KEY {3}?: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    expect(text).not.toMatch(/east\.auth\.token *: "[0-9a-f]{12}" =>/);
    vendor.takeJournal();
    mustSucceed(await run(workspace.up()));
    expect(vendor.takeJournal()).toContain("PUT /east/intake");
  });

  test("gives way to the environment, and that to the stack's config", async () => {
    const digest = () => workspace.resources().edge?.inputs.secrets;
    const before = digest();
    workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = CANARIES.key;
    mustSucceed(await run(workspace.up()));
    const fromEnvironment = digest();
    expect(fromEnvironment).not.toEqual(before);
    await workspace.configure("secrets.edge.API_KEY", CANARIES.rotated, "--secret");
    mustSucceed(await run(workspace.up()));
    expect(digest()).toEqual(before);
    mustSucceed(await workspace.pulumi("config", "rm", "--stack", "lab", "--path", "secrets"));
    delete workspace.environment.MESHROOM_SECRET_EDGE_API_KEY;
  });
});

describe("no leak", () => {
  test("when the engine is killed in the middle of a hook", async () => {
    vendor.hanging.add("PUT /east/babble");
    setSecret(east, "auth.token", `${CANARIES.nested}-1`);
    vendor.takeJournal();
    const { child, ended } = workspace.start(["up", "--stack", "lab", "--yes", "--skip-preview"]);
    await vendor.hears("PUT /east/babble");
    child.kill("SIGKILL");
    said.push((await ended).text);
    vendor.hanging.clear();
    mustSucceed(await workspace.pulumi("cancel", "--stack", "lab", "--yes"));
  });

  test("when hooks fail, when all is asked and when all is torn down", async () => {
    vendor.broken.set("PUT /east/babble", "no");
    setSecret(east, "auth.token", `${CANARIES.nested}-2`);
    const failed = await run(workspace.up());
    expect(failed.text).toMatch(/refused: \[secret\] \[secret\] \[secret\]/);
    vendor.broken.clear();
    workspace.environment.PULUMI_DEBUG_COMMANDS = "true";
    mustSucceed(await run(workspace.up("--event-log", join(scratch, "events.json"))));
    mustSucceed(await run(workspace.refresh()));
    mustSucceed(await run(workspace.destroy()));
  });

  test("in anything that was written or printed", () => {
    const eventLog = join(scratch, "events.json");
    const files = [workspace.folder, scratch, gnupg].flatMap(filesBelow);
    const forms = Object.values(CANARIES).flatMap((secret) => [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("hex"),
      encodeURIComponent(secret),
    ]);
    const needles = [...new Set(forms)];
    const leaks = files.flatMap((file) =>
      needles.filter((needle) => readFileSync(file).includes(needle)).map((needle) => [file, needle]),
    );
    // Pulumi's event log (a hidden flag, for its developers) quotes the engine's own debug messages, encrypted outputs included.
    expect(leaks).toEqual([[eventLog, CANARIES.made]]);
    for (const needle of needles) expect(said.join("\n")).not.toContain(needle);
    expect(files.some((file) => file.endsWith("secrets.gpg"))).toBe(true);
    expect(files.filter((file) => /(^|\/)core(\.\d+)?$/.test(file))).toEqual([]);
  });
});

/** Runs with another keyring: the one of somebody who has no key of the store. */
async function withKey<T>(home: string, work: () => Promise<T>): Promise<T> {
  if (!existsSync(home)) mkdirSync(home, { mode: 0o700 });
  workspace.environment.GNUPGHOME = home;
  try {
    return await work();
  } finally {
    workspace.environment.GNUPGHOME = gnupg;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));
}
