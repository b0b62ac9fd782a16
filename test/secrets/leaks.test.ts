// What nobody may find in clear: values and passphrases in arguments, in the environment of gpg, in files, in errors.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretStore } from "../../provider/src/secrets/store";
import { storeSource } from "../../provider/src/secrets/store-source";
import { failure } from "./codes";
import { type Gnupg, startGnupg } from "./gnupg";
import { ofInstance } from "./ids";

const passphrase = "passphrase-canary-51c7";
const value = "value-canary-9e02";
const foreign = "foreign-canary-4d4d";
const secret = ofInstance("edr", "prod", "KEY");

let gnupg: Gnupg;
let folder: string;
let environment: NodeJS.ProcessEnv;
const root = () => join(folder, "project");

beforeEach(() => {
  gnupg = startGnupg();
  folder = mkdtempSync(join(tmpdir(), "leaks-"));
  mkdirSync(root());
  mkdirSync(join(folder, "bin"));
  // Stands before the real gpg on the PATH and writes down how it is called.
  const program = `#!/bin/sh\nlog=${folder}/calls.txt\nprintf '%s\\n' "$@" >> $log\nenv >> $log\nPATH='${process.env.PATH}'\nexec gpg "$@"\n`;
  writeFileSync(join(folder, "bin", "gpg"), program, { mode: 0o755 });
  const path = `${join(folder, "bin")}:${process.env.PATH}`;
  const others = {
    AWS_SECRET_ACCESS_KEY: foreign,
    PULUMI_CONFIG_PASSPHRASE: foreign,
    MESHROOM_SECRET_PROD_KEY: foreign,
  };
  environment = { ...gnupg.environment, ...others, PATH: path, TMPDIR: folder, MESHROOM_GPG_PASSPHRASE: passphrase };
});
afterEach(() => {
  gnupg.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Every file below a folder, as one text. */
function everythingIn(path: string): string {
  const files = readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"))
    .join("\n");
}

test("values and passphrases are in no argument, environment, file or error", async () => {
  const store = SecretStore.open(root(), environment);
  await store.update((values) => values.set(secret, value));
  await store.update((values) => values.set(ofInstance("edr", "lab", "KEY"), value));
  gnupg.forget();
  const wrong = SecretStore.open(root(), { ...environment, MESHROOM_GPG_PASSPHRASE: `wrong-${passphrase}` });
  const error = await failure(wrong.update((values) => values.set(secret, value)));
  const written = everythingIn(folder) + everythingIn(gnupg.home);
  expect(written).toContain("--decrypt");
  expect(written).toContain("--generate-key");
  for (const canary of [passphrase, value, foreign]) {
    expect(written).not.toContain(canary);
    expect(`${error.stack}${JSON.stringify(error)}${error.cause}`).not.toContain(canary);
  }
});

test("the package openpgp is not loaded where there is no store", () => {
  const source = join(__dirname, "../../provider/dist/secrets/store-source.js");
  // A loader that refuses it, in a process of its own.
  const program = `
    const { registerHooks } = require("node:module");
    registerHooks({ resolve: (name, context, next) => { if (name === "openpgp") throw new Error("loaded"); return next(name, context); } });
    const { storeSource } = require(${JSON.stringify(source)});
    const id = { owner: { kind: "instance", product: "a", name: "b", address: "b" }, name: "c" };
    storeSource(process.argv[1], {}).then(({ get, problem }) => console.log(get(id), problem));`;
  const { stdout } = spawnSync(process.execPath, ["-e", program, root()], { encoding: "utf8" });
  expect(stdout).toBe("undefined undefined\n");
  writeFileSync(join(root(), "secrets.gpg"), "x");
  expect(spawnSync(process.execPath, ["-e", program, root()], { encoding: "utf8" }).stderr).toContain("loaded");
});

test("a source's problem holds none of what was tried", async () => {
  await SecretStore.open(root(), environment).update((values) => values.set(secret, value));
  gnupg.forget();
  const { problem } = await storeSource(root(), { ...environment, MESHROOM_GPG_PASSPHRASE: "not it" });
  expect(problem?.code).toBe("STORE_WRONG_PASSPHRASE");
  expect(JSON.stringify(problem)).not.toMatch(/canary|not it/);
});
