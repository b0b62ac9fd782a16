// The same store in three programs: gpg 2.2, the Python tool, and ours.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectUser } from "../../provider/src/secrets/create-key";
import { addRecipient } from "../../provider/src/secrets/share";
import type { SecretId } from "../../provider/src/secrets/sources";
import { SecretStore } from "../../provider/src/secrets/store";
import { exportPrivateKey, fingerprintOf, type Gnupg, startGnupg } from "./gnupg";
import { ofInstance, ofPlug } from "./ids";
import { type PythonTool, pythonTool, pythonWithTool } from "./python-tool";

let python: string;
let gnupg: Gnupg;
let colleague: Gnupg;
let root: string;
let tool: PythonTool;
const passphrase = "master key";
const loopback = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
const [prod, lab, ours] = ["prod", "lab", "ours"].map((name) => ofInstance("edr", name, "API_KEY")) as [
  SecretId,
  SecretId,
  SecretId,
];

beforeAll(async () => {
  python = await pythonWithTool();
});
beforeEach(() => {
  [gnupg, colleague] = [startGnupg(), startGnupg()];
  root = mkdtempSync(join(tmpdir(), "interop-"));
  tool = pythonTool(python, root, gnupg.environment);
  tool.run(["init", "."]);
  mkdirSync(join(root, "products", "edr"), { recursive: true });
  const settings = "settings:\n  - {name: API_KEY, type: string, secret: true}\n";
  writeFileSync(join(root, "products", "edr", "definition.yaml"), `name: edr\n${settings}`);
});
afterEach(() => {
  gnupg.end();
  colleague.end();
  rmSync(root, { recursive: true, force: true });
});

const path = () => join(root, "secrets.gpg");
const decrypt = () => JSON.parse(gnupg.run([...loopback, "--decrypt", path()]).toString());
const withGpg = () => SecretStore.open(root, { ...gnupg.environment, MESHROOM_GPG_PASSPHRASE: passphrase });

function withKey(): SecretStore {
  const { name, email } = projectUser(root, gnupg.environment);
  const fingerprint = fingerprintOf(gnupg.run(["--list-keys", "--with-colons", `=${name} <${email}>`]));
  const file = exportPrivateKey(gnupg, fingerprint, root, passphrase);
  return SecretStore.open(root, { PATH: "/nowhere", MESHROOM_GPG_KEY_FILE: file, MESHROOM_GPG_PASSPHRASE: passphrase });
}

/** The agent keeps a passphrase that it has been given, which is how the Python tool gets it without a terminal. */
function warmAgent(): void {
  gnupg.run([...loopback, "--decrypt", path()]);
}

describe.each([
  ["a given key", withKey],
  ["gpg", withGpg],
])("a store of the Python tool, opened by %s", (_, open) => {
  beforeEach(() => tool.run(["add", "edr", "prod", "-s", "API_KEY"], "from Python é", passphrase, passphrase));

  test.each(["armoured", "binary"])(
    "is read, written, and read by Python after both have written in turn (%s)",
    async (form) => {
      if (form === "binary") writeFileSync(path(), gnupg.run(["--dearmor"], readFileSync(path())));
      const store = open();
      expect((await store.read()).get(prod)).toBe("from Python é");
      await store.update((values) => values.set(ours, "from us ü"));
      expect((readFileSync(path())[0] ?? 0) >= 0x80).toBe(form === "binary");
      warmAgent();
      expect(tool.secretOf("prod", "edr", "API_KEY")).toBe("from Python é");
      tool.run(["add", "edr", "lab", "-s", "API_KEY"], "Python again");
      const values = await store.read();
      expect([prod, lab, ours].map((id) => values.get(id))).toEqual(["from Python é", "Python again", "from us ü"]);
      await store.update((changed) => changed.set(prod, "rotated by us"));
      expect(tool.secretOf("prod", "edr", "API_KEY")).toBe("rotated by us");
      expect(decrypt()).toMatchObject({ edr_prod_API_KEY: "rotated by us", edr_ours_API_KEY: "from us ü" });
    },
  );
});

test.each([{}, { rsa: true }])("a store and key %j made by us serve gpg and the Python tool", async (newKey) => {
  await withGpg().update((values) => values.set(prod, "from us"), { newKey });
  expect(decrypt()).toMatchObject({ edr_prod_API_KEY: "from us" });
  tool.run(["add", "edr", "lab", "-s", "API_KEY"], "from Python");
  mkdirSync(join(root, "instances", "edr", "prod"));
  writeFileSync(join(root, "instances", "edr", "prod", "config.yaml"), "name: prod\nproduct: edr\n");
  expect(tool.secretOf("lab", "edr", "API_KEY")).toBe("from Python");
  expect(tool.secretOf("prod", "edr", "API_KEY")).toBe("from us");
  const values = await withKey().read();
  expect([values.get(prod), values.get(lab)]).toEqual(["from us", "from Python"]);
});

test("what a Python hook keeps for a plug is found under the plug", async () => {
  const files = {
    "products/edr/definition.yaml": "name: edr\nproduces: {events: [{}]}\n",
    "products/siem/definition.yaml": "name: siem\nconsumes: {events: [{}]}\n",
    "products/edr/integrations/siem/events_producer.yaml": "mode: push\n",
    "products/edr/setup.py":
      'from meshroom.decorators import setup_producer\n\n@setup_producer("events", owns_both=True)\ndef keep(plug):\n    """Keep a key"""\n    plug.set_secret("intake_key", "from a hook")\n',
    "instances/edr/prod/config.yaml": "name: prod\nproduct: edr\n",
    "instances/siem/soc/config.yaml": "name: soc\nproduct: siem\n",
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  tool.run(["plug", "events", "prod", "soc"]);
  tool.run(["up"], passphrase, passphrase);
  expect((await withGpg().read()).get(ofPlug("prod", "soc", "events", "push", "intake_key"))).toBe("from a hook");
});

test("after the Python tool, which writes for its own key alone, we tell who was left out", async () => {
  await withGpg().update((values) => values.set(prod, "from us"));
  const file = join(root, "colleague.asc");
  writeFileSync(file, colleague.run(["--armor", "--export", colleague.makeKey("Colleague <c@example.org>")]));
  await addRecipient(withGpg(), file);
  warmAgent();
  tool.run(["add", "edr", "lab", "-s", "API_KEY"], "from Python");
  const { recipients, problems } = await withGpg().recipients();
  expect(recipients.map(({ user }) => user)).toEqual([expect.stringContaining("Autogenerated Key")]);
  expect(problems.map(({ code, summary }) => [code, summary.includes("Colleague")])).toEqual([
    ["RECIPIENT_UNUSED", true],
  ]);
});
