// A store that a branch replaced by one for a stranger as well: nobody writes into it unasked.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setSecrets } from "../../provider/src/actions/settings/set-secrets";
import { addSecretsRecipient } from "../../provider/src/actions/verbs/secrets-add-recipient";
import { createSecretsStore } from "../../provider/src/actions/verbs/secrets-create";
import { listRecipients } from "../../provider/src/actions/verbs/secrets-recipients";
import { removeSecretsRecipient } from "../../provider/src/actions/verbs/secrets-remove-recipient";
import type { RecipientChange, RecipientPolicy } from "../../provider/src/secrets/agreed-recipients";
import { SecretStore } from "../../provider/src/secrets/store";
import { codes, failure } from "./codes";
import { type Gnupg, startGnupg } from "./gnupg";
import { ofInstance } from "./ids";

let gnupg: Gnupg;
let keys: { alice: string; bob: string; mallory: string };
let folder: string;
let root: string;
/** A home of its own for each test: what somebody has agreed to is kept there. */
let environment: NodeJS.ProcessEnv;
const secret = ofInstance("edr", "prod", "KEY");

beforeAll(() => {
  gnupg = startGnupg();
  keys = {
    alice: gnupg.makeKey("Alice <alice@example.org>"),
    bob: gnupg.makeKey("Bob <bob@example.org>"),
    mallory: gnupg.makeKey("Mallory <mallory@example.org>"),
  };
});
afterAll(() => gnupg.end());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agreed-"));
  root = join(folder, "project");
  mkdirSync(root);
  environment = { ...gnupg.environment, HOME: join(folder, "home"), GIT_CONFIG_GLOBAL: "/dev/null" };
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(root, "secrets.gpg");
const read = async () => (await SecretStore.open(root, environment).read()).get(secret);
const set = (value: string, policy?: RecipientPolicy, place = environment) =>
  setSecrets({ root, environment: place, policy, all: [secret] }, [{ id: secret, value }], {
    newKey: { key: keys.alice },
  });
/** Somebody who never wrote here. */
const newcomer = () => ({ ...environment, HOME: mkdtempSync(join(folder, "home-")) });

function git(...args: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: root, stdio: "pipe" });
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", "a store");
}

/** What a branch brings: the same values, for these. */
function replaceStore(...fingerprints: string[]): Buffer {
  const to = fingerprints.flatMap((fingerprint) => ["--recipient", fingerprint]);
  const sealed = gnupg.run(["--armor", "--trust-model", "always", ...to, "--encrypt"], '{"edr_prod_KEY": "forged"}');
  writeFileSync(path(), sealed);
  return sealed;
}

test("a store for a stranger too is not written, whether it is committed or not", async () => {
  await set("one");
  commit();
  const forged = replaceStore(keys.alice, keys.mallory);
  // Somebody else sees it by HEAD, and whoever wrote before by what they wrote.
  for (const who of [newcomer(), environment]) {
    const { diagnostics } = await failure(set("two", undefined, who));
    expect(diagnostics[0]?.code).toBe("RECIPIENTS_CHANGED");
    expect(diagnostics[0]?.summary).toContain(`it is for Mallory <mallory@example.org> (${keys.mallory}) too`);
    expect(diagnostics[0]?.remedy).toContain("--accept-recipients");
  }
  commit();
  expect((await failure(set("two"))).diagnostics[0]?.summary).toContain(
    "than when you wrote it last: it is for Mallory",
  );
  expect(readFileSync(path())).toEqual(forged);
});

test("a revision that was reviewed is compared with where it is named, whatever was written since", async () => {
  await set("one");
  commit();
  git("checkout", "--quiet", "-b", "branch");
  replaceStore(keys.alice, keys.mallory);
  commit();
  expect(await codes(set("two", { base: "main" }, newcomer()))).toEqual(["RECIPIENTS_CHANGED"]);
  await set("two", { accept: () => true });
  expect(await codes(set("three", { base: "main" }))).toEqual(["RECIPIENTS_CHANGED"]);
  expect(await codes(set("three", { base: "main~7" }))).toEqual(["REVISION_MISSING"]);
  expect(await codes(set("three", { base: "--output=made" }))).toEqual(["REVISION_MISSING"]);
  expect(readdirSync(root)).not.toContain("made");
});

test("who is asked sees who would read, is asked once, and may say no", async () => {
  await set("one");
  commit();
  replaceStore(keys.bob, keys.alice);
  const asked: RecipientChange[] = [];
  const answer = (is: boolean): RecipientPolicy => ({ accept: (change) => is === asked.push(change) > 0 });
  expect(await codes(set("two", answer(false)))).toEqual(["RECIPIENTS_CHANGED"]);
  await set("two", answer(true));
  await set("three", answer(true));
  expect(asked).toHaveLength(2);
  expect(asked.map(({ added, removed }) => [added[0]?.fingerprint, removed])).toEqual([
    [keys.bob, []],
    [keys.bob, []],
  ]);
  expect(await read()).toBe("three");
});

test("a recipient who is missing is a change as well", async () => {
  await set("one");
  await addSecretsRecipient(root, keys.bob, environment);
  commit();
  replaceStore(keys.alice);
  expect((await failure(set("two"))).diagnostics[0]?.summary).toContain("it is no longer for Bob <bob@example.org>");
});

test("what one did oneself needs no second word, committed or not", async () => {
  await set("one");
  commit();
  await addSecretsRecipient(root, keys.bob, environment);
  await set("two");
  await removeSecretsRecipient(root, keys.bob, environment);
  await set("three");
  expect(await read()).toBe("three");
});

test("without a repository, a commit or a store in it there is nothing to compare with", async () => {
  replaceStore(keys.alice, keys.bob);
  await set("one", undefined, newcomer());
  rmSync(join(root, ".git"), { recursive: true });
  await set("two", undefined, newcomer());
  expect(await read()).toBe("two");
});

test("a store that changes while a person is asked is asked about again", async () => {
  await set("one");
  commit();
  replaceStore(keys.alice, keys.bob);
  const asked: (string | undefined)[][] = [];
  await set("two", {
    accept({ added }) {
      if (asked.push(added.map(({ user }) => user)) === 1) replaceStore(keys.alice, keys.mallory);
      return true;
    },
  });
  expect(asked).toEqual([["Bob <bob@example.org>"], ["Mallory <mallory@example.org>"]]);
});

test("each write says for whom it was", async () => {
  const written: (string | undefined)[][] = [];
  const policy: RecipientPolicy = { onWritten: (list) => void written.push(list.map(({ user }) => user)) };
  await set("one", policy);
  await set("one", policy);
  await addSecretsRecipient(root, keys.bob, environment, policy);
  expect(written).toEqual([["Alice <alice@example.org>"], ["Alice <alice@example.org>", "Bob <bob@example.org>"]]);
});

test("recipients are compared with a revision without any key", async () => {
  await set("one");
  commit();
  const stranger = {
    PATH: process.env.PATH,
    HOME: mkdtempSync(join(folder, "home-")),
    GNUPGHOME: mkdtempSync(join(folder, "g-")),
  };
  expect((await listRecipients(root, stranger, "main")).change).toBeUndefined();
  replaceStore(keys.alice, keys.mallory);
  const { change, problems } = await listRecipients(root, stranger, "main");
  // Nobody has Mallory's public key here.
  expect(change?.added.map(({ keyId, fingerprint }) => [keyId.length, fingerprint])).toEqual([[16, undefined]]);
  expect(problems.map(({ code }) => code)).toContain("RECIPIENTS_CHANGED");
  rmSync(path());
  expect((await listRecipients(root, stranger, "main")).change?.removed).toHaveLength(1);
});

test("git runs nothing that the repository's config names", async () => {
  await set("one");
  commit();
  const program = join(folder, "monitor");
  writeFileSync(program, `#!/bin/sh\ntouch ${join(folder, "ran")}\n`, { mode: 0o755 });
  git("config", "core.fsmonitor", program);
  git("config", "diff.gpg.textconv", program);
  writeFileSync(join(root, ".gitattributes"), "*.gpg diff=gpg filter=gpg export-subst\n");
  git("config", "filter.gpg.smudge", program);
  await set("two", { base: "HEAD" });
  expect(readdirSync(folder)).not.toContain("ran");
});

test.each(["key.asc", "../project/deep/../key.asc", "link/key.asc"])(
  "no private key is made inside of the project: %s",
  async (name) => {
    mkdirSync(join(root, "keys"));
    execFileSync("ln", ["-s", join(root, "keys"), join(root, "link")]);
    const making = createSecretsStore(
      root,
      { keyFile: join(root, name) },
      { ...environment, MESHROOM_GPG_PASSPHRASE: "x" },
    );
    expect(await codes(making)).toEqual(["KEY_IN_PROJECT"]);
    expect([readdirSync(root).includes("key.asc"), readdirSync(join(root, "keys"))]).toEqual([false, []]);
  },
);
