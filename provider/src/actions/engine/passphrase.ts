// The passphrase that encrypts the secrets in a local state: made once, kept where only those who may use it can read it.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPrivateFile, workFolder } from "../../base/work-folder";
import { MeshroomError } from "../../diagnostic";
import { SecretStore, STORE_FILE } from "../../secrets/store";
import { type Deployment, hasLocalState } from "./deployment";
import { writePrivate } from "./local-folder";

/** Its entry in secrets.gpg: no name of a secret has a colon there. */
const ENTRY = "meshroom:state-passphrase";

const known = new Map<string, Promise<string>>();

/**
 * The passphrase of a local state; made where there is none yet. In secrets.gpg, or in `.meshroom/passphrase` where there was no store, or
 * none that could be opened, when the state was made.
 * @throws MeshroomError what keeps the store closed, where the state needs it
 */
export function localPassphrase(deployment: Deployment): Promise<string> {
  let passphrase = known.get(deployment.root);
  if (!passphrase) {
    passphrase = findOrMake(deployment);
    known.set(deployment.root, passphrase);
  }
  return passphrase;
}

async function findOrMake(deployment: Deployment): Promise<string> {
  const { root } = deployment;
  const file = join(root, ".meshroom", "passphrase");
  if (existsSync(file) || !existsSync(join(root, STORE_FILE))) return inFile(root, file);
  try {
    return await inStore(root);
  } catch (error) {
    if (!(error instanceof MeshroomError) || hasLocalState(deployment)) throw error;
    return inFile(root, file);
  }
}

async function inStore(root: string): Promise<string> {
  const store = SecretStore.open(root, process.env);
  const found = (await store.read()).entry(ENTRY);
  if (typeof found === "string") return found;
  let passphrase = makePassphrase();
  await store.update((values) => {
    const other = values.entry(ENTRY);
    if (typeof other === "string") passphrase = other;
    else values.setEntry(ENTRY, passphrase);
  });
  return passphrase;
}

/** @throws MeshroomError WORK_FOLDER where others can read it */
function inFile(root: string, file: string): string {
  workFolder(root);
  if (!existsSync(file)) makeFile(file);
  checkPrivateFile(root, "passphrase");
  return readFileSync(file, "utf8").trim();
}

function makeFile(file: string): void {
  try {
    writePrivate(file, `${makePassphrase()}\n`);
  } catch (error) {
    // Another command was first: its passphrase counts.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function makePassphrase(): string {
  return randomBytes(24).toString("base64url");
}
