// Sharing: who may read, who may not any more, and what a key that can't be used does to a write.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSecrets } from "../../provider/src/actions/settings/set-secrets";
import { addSecretsRecipient } from "../../provider/src/actions/verbs/secrets-add-recipient";
import { listRecipients } from "../../provider/src/actions/verbs/secrets-recipients";
import { reencryptSecrets } from "../../provider/src/actions/verbs/secrets-reencrypt";
import { removeSecretsRecipient } from "../../provider/src/actions/verbs/secrets-remove-recipient";
import { SecretStore } from "../../provider/src/secrets/store";
import { waitFor } from "../patience";
import { codes, failure } from "./codes";
import { type Gnupg, inThePast, startGnupg } from "./gnupg";
import { ofInstance } from "./ids";

let alice: Gnupg;
let bob: Gnupg;
let keys: { alice: string; bob: string; old: string; expired: string };
let root: string;
const secret = ofInstance("edr", "prod", "KEY");

beforeAll(() => {
  [alice, bob] = [startGnupg(), startGnupg()];
  keys = {
    alice: alice.makeKey("Alice <alice@example.org>"),
    bob: bob.makeKey("Bob <bob@example.org>"),
    old: alice.makeKey("Old Alice <old@example.org>", { age: "old" }),
    expired: alice.makeKey("Eve <eve@example.org>", { age: "expired" }),
  };
});
afterAll(() => {
  alice.end();
  bob.end();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "share-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const path = () => join(root, "secrets.gpg");
const bytes = () => readFileSync(path());
const read = async (who: Gnupg) => (await SecretStore.open(root, who.environment).read()).get(secret);

async function set(who: Gnupg, value: string) {
  const project = { root, environment: who.environment, all: [secret] };
  return setSecrets(project, [{ id: secret, value }], { newKey: { key: keys.alice } });
}

/** Alice's store, shared with Bob by his key file. */
async function shared(): Promise<void> {
  await set(alice, "one");
  const file = join(root, "bob.asc");
  writeFileSync(file, bob.run(["--armor", "--export", keys.bob]));
  await addSecretsRecipient(root, file, alice.environment);
}

/** What the Python tool may leave: a store for these keys, and no recipients/. */
function encryptedFor(who: Gnupg, fingerprints: string[], options: string[] = []): void {
  const to = fingerprints.flatMap((fingerprint) => ["--recipient", fingerprint]);
  who.run([...options, "--trust-model", "always", ...to, "--output", path(), "--encrypt"], '{"edr_prod_KEY": "old"}');
}

test("who was added reads and writes, with no other keyring than their own", async () => {
  await shared();
  expect(await read(bob)).toBe("one");
  await set(bob, "two");
  expect([await read(alice), await read(bob)]).toEqual(["two", "two"]);
  const { recipients, problems } = await listRecipients(root, { PATH: "/nowhere" });
  expect(recipients.map(({ user, fingerprint, problem }) => [user, fingerprint, problem])).toEqual([
    ["Alice <alice@example.org>", keys.alice, undefined],
    ["Bob <bob@example.org>", keys.bob, undefined],
  ]);
  expect(problems).toEqual([]);
  expect(readdirSync(join(root, "recipients")).map((name) => name.replace(/-[0-9a-f]{16}\.asc$/, ""))).toEqual([
    "alice-example-org",
    "bob-example-org",
  ]);
});

test("who was removed reads no new store, and the caller learns what to rotate", async () => {
  await shared();
  const { removed, toRotate, warning } = await removeSecretsRecipient(root, "bob@", alice.environment);
  expect([removed.fingerprint, toRotate]).toEqual([keys.bob, ["edr_prod_KEY"]]);
  expect(warning).toContain("change these secrets at their vendors");
  expect(await codes(read(bob))).toEqual(["STORE_NOT_FOR_YOU"]);
  expect([await read(alice), readdirSync(join(root, "recipients")).length]).toEqual(["one", 1]);
});

test("the last recipient stays, and a name must fit one", async () => {
  await set(alice, "one");
  const before = bytes();
  expect(await codes(removeSecretsRecipient(root, keys.alice, alice.environment))).toEqual(["RECIPIENT_LAST"]);
  expect(await codes(removeSecretsRecipient(root, "nobody", alice.environment))).toEqual(["RECIPIENT_UNKNOWN"]);
  expect(await codes(addSecretsRecipient(root, "nobody@example.org", alice.environment))).toEqual([
    "RECIPIENT_UNKNOWN",
  ]);
  expect(await codes(addSecretsRecipient(root, "eve@example.org", alice.environment))).toEqual(["RECIPIENT_EXPIRED"]);
  expect(bytes()).toEqual(before);
});

test("where there is no store there is nothing to share", async () => {
  expect(await codes(reencryptSecrets(root, alice.environment))).toEqual(["STORE_MISSING"]);
  expect(await codes(addSecretsRecipient(root, keys.alice, alice.environment))).toEqual(["STORE_MISSING"]);
  expect(await listRecipients(root, alice.environment)).toEqual({ recipients: [], problems: [] });
});

test("re-encrypting keeps values and recipients, and gives a new session key", async () => {
  await shared();
  const before = bytes();
  await reencryptSecrets(root, bob.environment);
  expect(bytes()).not.toEqual(before);
  expect([await read(alice), await read(bob)]).toEqual(["one", "one"]);
});

test("a recipient whose key has expired stops every write, not reading", async () => {
  encryptedFor(alice, [keys.old, keys.expired], inThePast);
  const before = bytes();
  const { diagnostics } = await failure(set(alice, "new"));
  expect(diagnostics.map(({ code }) => code)).toEqual(["RECIPIENT_EXPIRED"]);
  expect(diagnostics[0]?.summary).toMatch(/Eve <eve@example.org> \([0-9A-F]{40}\): it expired on 2021-06-01/);
  expect([await read(alice), bytes()]).toEqual(["old", before]);
  await removeSecretsRecipient(root, "Eve", alice.environment);
  await set(alice, "new");
  expect(await read(alice)).toBe("new");
});

test("a recipient whose key nobody has stops every write; the keyring is asked, and its key kept with the project", async () => {
  bob.run(["--import"], alice.run(["--export", keys.alice]));
  encryptedFor(bob, [keys.alice, keys.bob]);
  const before = bytes();
  expect(await codes(set(alice, "new"))).toEqual(["RECIPIENT_MISSING"]);
  expect(bytes()).toEqual(before);
  await set(bob, "new");
  await set(alice, "newer");
  expect([await read(alice), await read(bob)]).toEqual(["newer", "newer"]);
});

test("a key in recipients/ lets nobody in by itself", async () => {
  await set(alice, "one");
  writeFileSync(join(root, "recipients", "mallory.asc"), bob.run(["--armor", "--export", keys.bob]));
  await set(alice, "two");
  expect(await codes(read(bob))).toEqual(["STORE_NOT_FOR_YOU"]);
  const { recipients, problems } = await listRecipients(root, alice.environment);
  expect([recipients.length, problems.map(({ code }) => code)]).toEqual([1, ["RECIPIENT_UNUSED"]]);
});

test("a renewed key takes the place of the old one", async () => {
  await shared();
  bob.run(["--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", keys.bob, "cv25519", "encr", "0"]);
  const file = join(root, "bob.asc");
  writeFileSync(file, bob.run(["--armor", "--export", keys.bob]));
  const before = (await listRecipients(root, alice.environment)).recipients;
  await addSecretsRecipient(root, file, alice.environment);
  const { recipients } = await listRecipients(root, alice.environment);
  expect(recipients.map(({ fingerprint }) => fingerprint)).toEqual([keys.alice, keys.bob]);
  expect(recipients[1]?.keyId).not.toBe(before[1]?.keyId);
  expect(await read(bob)).toBe("one");
});

describe("what the user's own keyring knows of a recipient counts, whatever the older copy in recipients/ says", () => {
  const loopback = ["--pinentry-mode", "loopback", "--passphrase", ""];

  /** Bob's key with a change that Alice's keyring has, and the project has not. */
  async function sharedThen(...change: string[]): Promise<void> {
    await shared();
    bob.run([...loopback, ...change]);
    alice.run(["--import"], bob.run(["--export", keys.bob]));
  }

  beforeEach(() => {
    keys.bob = bob.makeKey(`Bob ${++count} <bob@example.org>`);
  });
  let count = 0;

  test("a key that was revoked stops every write, is shown, and can be taken out", async () => {
    await shared();
    const certificate = readFileSync(join(bob.home, "openpgp-revocs.d", `${keys.bob}.rev`), "utf8");
    // A colon stands before its armour, so that nobody imports it by accident.
    alice.run(["--import"], bob.run(["--export", keys.bob]));
    alice.run(["--import"], certificate.replace(/^:-----BEGIN/m, "-----BEGIN"));
    const before = bytes();
    const { diagnostics } = await failure(set(alice, "two"));
    expect(diagnostics.map(({ code }) => code)).toEqual(["RECIPIENT_EXPIRED"]);
    expect(diagnostics[0]?.summary).toMatch(
      /it was revoked, which gpg's keyring knows and recipients\/.*\.asc does not$/,
    );
    expect(bytes()).toEqual(before);
    const { recipients } = await listRecipients(root, alice.environment);
    expect(recipients.map(({ problem }) => problem?.code)).toEqual([undefined, "RECIPIENT_EXPIRED"]);
    expect(await codes(addSecretsRecipient(root, join(root, "bob.asc"), alice.environment))).toEqual([
      "RECIPIENT_EXPIRED",
    ]);
    await removeSecretsRecipient(root, keys.bob, alice.environment);
    await set(alice, "two");
    expect(await read(alice)).toBe("two");
  });

  test("an expiry date that was set later stops writes too", async () => {
    await shared();
    bob.run([...loopback, "--quick-set-expire", keys.bob, "seconds=1"]);
    bob.run([...loopback, "--quick-set-expire", keys.bob, "seconds=1", "*"]);
    alice.run(["--import"], bob.run(["--export", keys.bob]));
    const problem = async () => (await listRecipients(root, alice.environment)).recipients[1]?.problem;
    await waitFor("the date", problem);
    const { diagnostics } = await failure(set(alice, "two"));
    expect(diagnostics[0]?.summary).toMatch(/it expired on .*, which gpg's keyring knows/);
  });

  test("a key that lasts longer by now is used, and kept with the project for those who don't have it", async () => {
    await sharedThen("--quick-set-expire", keys.bob, "5y");
    const file = join(root, "recipients", `bob-example-org-${keys.bob.slice(-16).toLowerCase()}.asc`);
    const old = readFileSync(file, "utf8");
    await set(alice, "two");
    expect(readFileSync(file, "utf8")).not.toBe(old);
    expect(alice.run(["--show-keys", "--with-colons", file]).toString()).toMatch(/^pub:[^:]*:(?:[^:]*:){4}[0-9]+:/m);
    expect(await read(bob)).toBe("two");
  });
});
