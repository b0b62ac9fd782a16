// Everything that can be wrong with a store or its key: each its own code and remedy, and the file as it was.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretStore } from "../../provider/src/secrets/store";
import { patience } from "../patience";
import { failure } from "./codes";
import { exportPrivateKey, type Gnupg, startGnupg } from "./gnupg";

let owner: Gnupg;
let stranger: Gnupg;
let nobody: Gnupg;
let keyFile: string;
let strangersFile: string;
let root: string;
const canary = "canary-3f8a";

beforeAll(() => {
  [owner, stranger, nobody] = [startGnupg(), startGnupg(), startGnupg()];
  keyFile = exportPrivateKey(
    owner,
    owner.makeKey("Owner <o@example.org>", { passphrase: "right" }),
    owner.home,
    "right",
  );
  strangersFile = exportPrivateKey(stranger, stranger.makeKey("Stranger <s@example.org>"), stranger.home);
});
afterAll(() => {
  for (const each of [owner, stranger, nobody]) each.end();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bad-"));
  owner.forget();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const path = () => join(root, "secrets.gpg");
const withKey = (variables: NodeJS.ProcessEnv = {}) => ({
  PATH: "/nowhere",
  MESHROOM_GPG_KEY_FILE: keyFile,
  MESHROOM_GPG_PASSPHRASE: "right",
  ...variables,
});
const withGpg = (gnupg: Gnupg, passphrase?: string) => ({ ...gnupg.environment, MESHROOM_GPG_PASSPHRASE: passphrase });

function encrypt(text: string, options: string[] = ["--armor"]): void {
  owner.run([...options, "--yes", "--trust-model", "always", "-r", "o@example.org", "--output", path(), "-e"], text);
}

/** The code of reading and of writing, which must be the same; neither changes the file nor quotes a secret. */
async function codeOf(environment: NodeJS.ProcessEnv): Promise<string> {
  const before = readFileSync(path());
  const store = SecretStore.open(root, environment);
  const [reading, writing] = [
    await failure(store.read()),
    await failure(store.update((values) => values.setEntry("new", canary))),
  ];
  const [diagnostic, ...others] = reading.diagnostics;
  expect(others).toEqual([]);
  expect(writing.diagnostics.map(({ code }) => code)).toEqual([diagnostic?.code]);
  expect(diagnostic?.remedy).toBeTruthy();
  for (const error of [reading, writing]) expect(`${error.stack}${JSON.stringify(error)}`).not.toContain(canary);
  expect(readFileSync(path())).toEqual(before);
  return diagnostic?.code ?? "";
}

const opened = { "a given key": () => withKey(), gpg: () => withGpg(owner, "right") };

describe("the key", () => {
  beforeEach(() => encrypt(`{"a": "${canary}"}`));

  test.each<[string, string, () => NodeJS.ProcessEnv]>([
    ["STORE_WRONG_PASSPHRASE", "given key", () => withKey({ MESHROOM_GPG_PASSPHRASE: "wrong" })],
    ["STORE_WRONG_PASSPHRASE", "given key without one", () => withKey({ MESHROOM_GPG_PASSPHRASE: undefined })],
    ["STORE_WRONG_PASSPHRASE", "gpg", () => withGpg(owner, "wrong")],
    ["STORE_WRONG_PASSPHRASE", "gpg that can't ask", () => withGpg(owner)],
    ["STORE_NOT_FOR_YOU", "given key", () => withKey({ MESHROOM_GPG_KEY_FILE: strangersFile })],
    ["STORE_NOT_FOR_YOU", "gpg", () => withGpg(stranger)],
    ["STORE_NO_KEY", "gpg with an empty keyring", () => withGpg(nobody)],
    ["GPG_NOT_FOUND", "neither", () => ({ PATH: "/nowhere" })],
    ["KEY_INVALID", "passphrase in the key's place", () => withKey({ MESHROOM_GPG_KEY: `${canary} pass` })],
    ["FILE_UNREADABLE", "key file that isn't there", () => withKey({ MESHROOM_GPG_KEY_FILE: "/nowhere/key" })],
    [
      "FILE_UNREADABLE",
      "passphrase file",
      () => withKey({ MESHROOM_GPG_PASSPHRASE: "", MESHROOM_GPG_PASSPHRASE_FILE: "/nowhere" }),
    ],
  ])("%s: %s", async (code, _, environment) => {
    expect(await codeOf(environment())).toBe(code);
  });
});

describe.each(Object.entries(opened))("the store, opened by %s", (_, environment) => {
  test.each(["[]", `"${canary}"`, `{"a": "${canary}"`, ""])("STORE_NOT_JSON: %j inside", async (text) => {
    encrypt(text);
    expect(await codeOf(environment())).toBe("STORE_NOT_JSON");
  });

  test("STORE_CORRUPT: empty, text, or cut off anywhere", async () => {
    const long = JSON.stringify({ a: Array.from({ length: 40 }, (_, index) => `${canary} ${index * 7919}`) });
    encrypt(long, []);
    const whole = readFileSync(path());
    const lengths = [0, 1, 5, 40, 98, 120, whole.length - 30, whole.length - 1];
    for (const length of lengths) {
      writeFileSync(path(), whole.subarray(0, length));
      expect([length, await codeOf(environment())]).toEqual([length, "STORE_CORRUPT"]);
    }
    writeFileSync(path(), "hello\n");
    expect(await codeOf(environment())).toBe("STORE_CORRUPT");
  });

  test("STORE_CORRUPT: one bit changed in what is encrypted", async () => {
    encrypt(`{"a": "${canary}"}`, []);
    const whole = readFileSync(path());
    for (const place of [130, whole.length - 25, whole.length - 3]) {
      const changed = Buffer.from(whole);
      changed[place] = (changed[place] ?? 0) ^ 1;
      writeFileSync(path(), changed);
      expect([place, await codeOf(environment())]).toEqual([place, "STORE_CORRUPT"]);
    }
  });
});

test("STORE_LOCKED: another process holds the lock, until it is gone", async () => {
  await SecretStore.open(root, withKey()).update((values) => values.setEntry("a", 1));
  const lock = join(root, ".meshroom", "secrets.lock");
  const holder = await holdLock(lock);
  const update = (milliseconds: number) =>
    SecretStore.open(root, withKey()).update((values) => values.setEntry("b", 1), { patience: milliseconds });
  const error = await failure(update(100));
  expect(error.diagnostics.map(({ code }) => code)).toEqual(["STORE_LOCKED"]);
  const waiting = update(patience());
  holder.kill("SIGKILL");
  expect(await waiting).toEqual({ isWritten: true });
});

async function holdLock(lock: string): Promise<ChildProcess> {
  const text = `const { DatabaseSync } = require("node:sqlite"); new DatabaseSync(${JSON.stringify(lock)}).exec("BEGIN EXCLUSIVE"); console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", text], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

test.each([true, false])(
  "STORE_READ_ONLY: a folder that can't be written to (with a lock file: %s)",
  async (wasWritten) => {
    if (wasWritten) await SecretStore.open(root, withKey()).update((values) => values.setEntry("a", 1));
    const code = await asUnprivileged(root, withKey({ MESHROOM_GPG_KEY: readFileSync(keyFile, "utf8") }));
    expect(code).toBe("STORE_READ_ONLY");
  },
);

/** Root may write everywhere, so the compiled store runs as nobody where the tests run as root. */
async function asUnprivileged(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const program = join(__dirname, "set-entry.cjs");
  chmodSync(folder, 0o555);
  const isRoot = process.getuid?.() === 0;
  const child = spawn(process.execPath, [program, folder, "b"], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (said += String(data)));
  await once(child, "close");
  chmodSync(folder, 0o755);
  return /\[([A-Z_]+)\]/.exec(said)?.[1] ?? said;
}
