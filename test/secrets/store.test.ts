// Reading and writing the store with a given key and with gpg: the same results.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSources } from "../../provider/src/mesh/secret-sources";
import { projectUser } from "../../provider/src/secrets/create-key";
import { environmentSource, findSecret, objectSource, type SecretSource } from "../../provider/src/secrets/sources";
import { SecretStore } from "../../provider/src/secrets/store";
import { storeSource } from "../../provider/src/secrets/store-source";
import { codes, failure } from "./codes";
import { exportPrivateKey, type Gnupg, startGnupg } from "./gnupg";
import { ofInstance, ofPlug } from "./ids";

/** Speaks the protocol of pinentry and always answers the same. */
const PINENTRY = `#!/bin/sh
echo OK ready
while read -r line; do
  case "$line" in GETPIN) echo "D typed by hand" ;; esac
  echo OK
done
`;

let gnupg: Gnupg;
let folder: string;
let root: string;
const passphrase = "correct horse battery staple é";
const secret = ofInstance("edr", "prod", "API_KEY");

beforeAll(() => {
  gnupg = startGnupg();
});
afterAll(() => gnupg.end());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-"));
  root = join(folder, "project");
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As CI has it: no gpg on the PATH at all. */
function givenKey(fingerprint: string): NodeJS.ProcessEnv {
  const file = exportPrivateKey(gnupg, fingerprint, folder, passphrase);
  return { PATH: "/nowhere", MESHROOM_GPG_KEY: readFileSync(file, "utf8"), MESHROOM_GPG_PASSPHRASE: passphrase };
}

function mode(path: string): number {
  return statSync(path).mode & 0o777;
}

describe.each(["modern", "rsa"] as const)("with a %s key", (kind) => {
  let fingerprint: string;
  beforeAll(() => {
    fingerprint = gnupg.makeKey(`${kind} <${kind}@example.org>`, { passphrase, kind });
  });

  const openers: Record<string, () => NodeJS.ProcessEnv> = {
    "the key as text": () => givenKey(fingerprint),
    "the key in a file": () => {
      const { MESHROOM_GPG_KEY: text = "", ...environment } = givenKey(fingerprint);
      writeFileSync(join(folder, "key"), text);
      writeFileSync(join(folder, "pass"), `${passphrase}\n`);
      const files = { MESHROOM_GPG_KEY_FILE: join(folder, "key"), MESHROOM_GPG_PASSPHRASE_FILE: join(folder, "pass") };
      return { ...environment, MESHROOM_GPG_PASSPHRASE: "", ...files };
    },
    "gpg, the passphrase given": () => {
      gnupg.forget();
      return { ...gnupg.environment, MESHROOM_GPG_PASSPHRASE: passphrase };
    },
    "gpg, whose agent knows the passphrase": () => {
      gnupg.run(["--pinentry-mode", "loopback", "--passphrase", passphrase, "--export-secret-keys", fingerprint]);
      return gnupg.environment;
    },
  };

  test.each(Object.entries(openers))("%s writes what gpg and all others read", async (_, environmentOf) => {
    const environment = environmentOf();
    const store = SecretStore.open(root, environment);
    const newKey = environment.GNUPGHOME ? { key: fingerprint } : {};
    await store.update((values) => values.set(secret, "first"), { newKey });
    await store.update((values) =>
      values.set(ofPlug("prod", "siem", "events", "push", "k"), { any: ["JSON", 1.5, null] }),
    );
    const decrypted = gnupg.run([
      ...["--pinentry-mode", "loopback", "--passphrase", passphrase, "--decrypt"],
      join(root, "secrets.gpg"),
    ]);
    const { "meshroom:owners": _marks, ...entries } = JSON.parse(decrypted.toString());
    expect(entries).toEqual({ edr_prod_API_KEY: "first", prod_siem_events_push_k: { any: ["JSON", 1.5, null] } });
    for (const other of Object.values(openers)) {
      expect((await SecretStore.open(root, other()).read()).get(secret)).toBe("first");
    }
  });

  test.each(["--armor", "--no-armor"])("a file of gpg's %s stays as it was written", async (armour) => {
    const path = join(root, "secrets.gpg");
    gnupg.run(
      [armour, "--trust-model", "always", "--recipient", fingerprint, "--output", path, "--encrypt"],
      '{"old": 1.0}',
    );
    await SecretStore.open(root, givenKey(fingerprint)).update((values) => values.set(secret, "new"));
    expect(readFileSync(path).toString("latin1").startsWith("-----BEGIN PGP MESSAGE-----\n")).toBe(
      armour === "--armor",
    );
    const again = await SecretStore.open(root, { ...gnupg.environment, MESHROOM_GPG_PASSPHRASE: passphrase }).read();
    expect(again.toText()).toContain('{"old":1.0,"edr_prod_API_KEY":"new"');
  });
});

test("a key whose primary part is kept elsewhere opens the store with the subkey it has", async () => {
  const fingerprint = gnupg.makeKey("offline <offline@example.org>", { passphrase });
  await SecretStore.open(root, givenKey(fingerprint)).update((values) => values.set(secret, "x"));
  const loopback = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
  const subkeys = gnupg.run([...loopback, "--armor", "--export-secret-subkeys", fingerprint]).toString();
  const environment = { PATH: "/nowhere", MESHROOM_GPG_KEY: subkeys, MESHROOM_GPG_PASSPHRASE: passphrase };
  await SecretStore.open(root, environment).update((values) => values.setEntry("more", 1));
  expect((await SecretStore.open(root, environment).read()).get(secret)).toBe("x");
});

test("without a given passphrase the agent asks with the user's pinentry", async () => {
  const asking = startGnupg();
  try {
    const pinentry = join(asking.home, "pinentry");
    writeFileSync(pinentry, PINENTRY, { mode: 0o755 });
    writeFileSync(join(asking.home, "gpg-agent.conf"), `s2k-count 65536\npinentry-program ${pinentry}\n`);
    const store = SecretStore.open(root, asking.environment);
    await store.update((values) => values.set(secret, "asked for"));
    asking.forget();
    expect((await store.read()).get(secret)).toBe("asked for");
  } finally {
    asking.end();
  }
});

describe("an agent that takes no passphrase from programs", () => {
  let shut: Gnupg;
  let fingerprint: string;
  beforeEach(async () => {
    shut = startGnupg();
    fingerprint = shut.makeKey("shut <shut@example.org>", { passphrase });
    const { environment } = shut;
    await SecretStore.open(root, environment).update((values) => values.set(secret, "x"), {
      newKey: { key: fingerprint },
    });
    configureAgent("no-allow-loopback-pinentry");
  });
  afterEach(() => shut.end());

  function configureAgent(...lines: string[]): void {
    writeFileSync(join(shut.home, "gpg-agent.conf"), ["s2k-count 65536", ...lines, ""].join("\n"));
    shut.forget();
  }
  const given = () => ({ ...shut.environment, MESHROOM_GPG_PASSPHRASE: passphrase });

  test("is named, with the repair, though the passphrase is right", async () => {
    configureAgent("no-allow-loopback-pinentry", "pinentry-program /nowhere");
    const { diagnostics } = await failure(SecretStore.open(root, given()).read());
    expect(diagnostics[0]?.code).toBe("GPG_AGENT");
    expect(diagnostics[0]?.summary).toContain("no-allow-loopback-pinentry");
    expect(diagnostics[0]?.remedy).toContain("gpgconf --kill gpg-agent");
    rmSync(join(root, "secrets.gpg"));
    expect(await codes(SecretStore.open(root, given()).update((values) => values.set(secret, "y")))).toEqual([
      "GPG_AGENT",
    ]);
    // As the message says.
    configureAgent();
    await SecretStore.open(root, given()).update((values) => values.set(secret, "y"));
    expect((await SecretStore.open(root, given()).read()).get(secret)).toBe("y");
  });

  test("may still ask a person", async () => {
    const pinentry = join(shut.home, "pinentry");
    writeFileSync(pinentry, PINENTRY.replace("typed by hand", passphrase), { mode: 0o755 });
    configureAgent("no-allow-loopback-pinentry", `pinentry-program ${pinentry}`);
    expect((await SecretStore.open(root, given()).read()).get(secret)).toBe("x");
  });

  test("an agent that can't be started is not taken for a key that is missing", async () => {
    configureAgent();
    writeFileSync(join(shut.home, "gpg.conf"), "agent-program /nowhere\n");
    for (const environment of [given(), shut.environment]) {
      const { diagnostics } = await failure(SecretStore.open(root, environment).read());
      expect(diagnostics[0]).toMatchObject({
        code: "GPG_AGENT",
        summary: expect.stringContaining("can't reach its agent"),
      });
    }
  });
});

describe("the first secret", () => {
  test.each([
    [{}, /:ed25519:/],
    [{ rsa: true }, /^pub:[^:]*:2048:1:/m],
  ])("makes a key %j in gpg's keyring, under the Python tool's name", async (newKey, kind) => {
    const store = SecretStore.open(root, { ...gnupg.environment, MESHROOM_GPG_PASSPHRASE: passphrase });
    const { firstRecipient } = await store.update((values) => values.set(secret, "x"), { newKey });
    const { name, email } = projectUser(root, gnupg.environment);
    expect(firstRecipient).toMatchObject({ isNew: true, user: `${name} <${email}>` });
    expect(email).toMatch(/^[^@]+-[0-9a-f]{8}@meshroom$/);
    expect(firstRecipient?.privateKey).toContain(gnupg.home);
    expect(firstRecipient?.backup).toContain(`gpg --armor --export-secret-keys ${firstRecipient?.fingerprint}`);
    expect(gnupg.run(["--list-keys", "--with-colons", `=${name} <${email}>`]).toString()).toMatch(kind);
    expect(readdirSync(join(root, "recipients"))).toHaveLength(1);
    // The key stays the project's, even where the store is lost.
    rmSync(join(root, "secrets.gpg"));
    const again = await store.update((values) => values.set(secret, "y"));
    expect(again.firstRecipient).toMatchObject({ isNew: false, fingerprint: firstRecipient?.fingerprint });
  });

  test.each([{}, { rsa: true }])(
    "makes a key file %j where there is no gpg, and never overwrites one",
    async (kind) => {
      const keyFile = join(folder, "new-key.asc");
      const environment = { PATH: "/nowhere", MESHROOM_GPG_PASSPHRASE: passphrase };
      const set = () =>
        SecretStore.open(root, environment).update((values) => values.set(secret, "x"), {
          newKey: { keyFile, ...kind },
        });
      expect((await set()).firstRecipient).toMatchObject({ isNew: true, privateKey: keyFile });
      expect(mode(keyFile)).toBe(0o600);
      gnupg.run(["--pinentry-mode", "loopback", "--passphrase", passphrase, "--import", keyFile]);
      expect(
        (await SecretStore.open(root, { ...environment, MESHROOM_GPG_KEY_FILE: keyFile }).read()).get(secret),
      ).toBe("x");
      rmSync(join(root, "secrets.gpg"));
      await expect(set()).rejects.toThrow("STORE_NO_KEY");
    },
  );
});

test("a change that changes nothing writes nothing", async () => {
  const store = SecretStore.open(root, { PATH: "/nowhere" });
  expect(await store.update(() => {})).toEqual({ isWritten: false });
  expect(existsSync(join(root, "secrets.gpg"))).toBe(false);
});

test("what the Python tool writes meanwhile is not lost", async () => {
  const fingerprint = gnupg.makeKey("meanwhile <m@example.org>", { passphrase });
  const environment = givenKey(fingerprint);
  const [ours, theirs] = [SecretStore.open(root, environment), join(folder, "theirs")];
  await ours.update((values) => values.setEntry("a", 1));
  gnupg.run(["--trust-model", "always", "-r", fingerprint, "--output", theirs, "--encrypt"], '{"a": 1, "theirs": 2}');
  await ours.update((values) => {
    if (values.entry("theirs") === undefined) writeFileSync(join(root, "secrets.gpg"), readFileSync(theirs));
    values.setEntry("ours", 3);
  });
  expect((await ours.read()).names()).toEqual(["a", "ours", "theirs"]);
});

describe("as a source", () => {
  test("answers at once, and knows how to set what is missing", async () => {
    const fingerprint = gnupg.makeKey("source <s@example.org>", { passphrase });
    const environment = givenKey(fingerprint);
    await SecretStore.open(root, environment).update((values) => values.set(secret, { a: 1 }));
    const source = await storeSource(root, environment);
    expect(await storeSource(root, environment)).toBe(source);
    expect([source.problem, source.get(secret), source.get(ofInstance("edr", "lab", "API_KEY"))]).toEqual([
      undefined,
      '{"a":1}',
      undefined,
    ]);
    expect(source.command?.(secret)).toBe("meshroom configure prod -s API_KEY");
    await SecretStore.open(root, environment).update((values) => values.set(secret, "rotated"));
    expect((await storeSource(root, environment)).get(secret)).toBe("rotated");
  });

  test("comes after the stack's configuration and the environment", async () => {
    const fingerprint = gnupg.makeKey("order <o@example.org>", { passphrase });
    const environment = givenKey(fingerprint);
    await SecretStore.open(root, environment).update((values) => values.set(secret, "store"));
    const store = await storeSource(root, environment);
    const [config, variable] = [
      objectSource("stack config", { prod: { API_KEY: "config" } }),
      environmentSource({ MESHROOM_SECRET_PROD_API_KEY: "environment" }),
    ];
    const none = [objectSource("stack config", {}), environmentSource({})];
    expect(findSecret([config, variable, store], secret)).toBe("config");
    expect(findSecret([none[0] as SecretSource, variable, store], secret)).toBe("environment");
    expect(findSecret([...none, store], secret)).toBe("store");
  });

  test("without a store has nothing, without a problem", async () => {
    const source = await storeSource(root, { PATH: "/nowhere" });
    expect([source.get(secret), source.problem]).toEqual([undefined, undefined]);
  });

  test("without a key says so, for previews to go on", async () => {
    const fingerprint = gnupg.makeKey("keyless <k@example.org>", { passphrase });
    await SecretStore.open(root, givenKey(fingerprint)).update((values) => values.set(secret, "x"));
    const { problem, get } = await storeSource(root, { PATH: "/nowhere" });
    expect([problem?.code, get(secret)]).toEqual(["GPG_NOT_FOUND", undefined]);
    const sources = await openSources(root, { given: {}, configured: {} }, { PATH: "/nowhere" });
    expect(sources.unreadable([secret])).toMatch(/^warning: not readable here: .*\nwarning: .* \[GPG_NOT_FOUND\]$/m);
  });
});
