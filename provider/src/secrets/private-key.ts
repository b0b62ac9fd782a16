// Who opens secrets.gpg: a private key that is given by environment or file, else the user's gpg.
import { readFileSync } from "node:fs";
import { MeshroomError } from "../diagnostic";
import { openWithKey, readGivenKey } from "./given-key";
import { openWithGpg } from "./gpg-keyring";
import type { StoreMessage } from "./message";
import type { PublicKey } from "./openpgp";

export interface Opener {
  /**
   * The text inside.
   * @throws MeshroomError STORE_NOT_FOR_YOU, STORE_NO_KEY, STORE_WRONG_PASSPHRASE, STORE_CORRUPT, GPG_NOT_FOUND
   */
  open(store: StoreMessage): Promise<string>;
  /** The public key of the given private key; gpg has many. */
  readonly publicKey?: PublicKey;
}

/** @throws MeshroomError KEY_INVALID, FILE_UNREADABLE */
export async function findOpener(environment: NodeJS.ProcessEnv): Promise<Opener> {
  const passphrase = passphraseOf(environment);
  const given = givenKeyText(environment);
  if (!given) return { open: (store) => openWithGpg(store, { environment, passphrase }) };
  const key = await readGivenKey(given.content, given.from);
  return { publicKey: key.toPublic(), open: (store) => openWithKey(store, { key, passphrase, from: given.from }) };
}

/** An empty variable counts as none: that is what CI systems give to jobs that may not see a secret. */
export function passphraseOf(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment.MESHROOM_GPG_PASSPHRASE) return environment.MESHROOM_GPG_PASSPHRASE;
  const file = environment.MESHROOM_GPG_PASSPHRASE_FILE;
  return file
    ? readNamed(file, "MESHROOM_GPG_PASSPHRASE_FILE")
        .toString("utf8")
        .replace(/\r?\n$/, "")
    : undefined;
}

function givenKeyText(environment: NodeJS.ProcessEnv): { content: Uint8Array; from: string } | undefined {
  const { MESHROOM_GPG_KEY: text, MESHROOM_GPG_KEY_FILE: file } = environment;
  if (text) return { content: Buffer.from(text), from: "MESHROOM_GPG_KEY" };
  if (file) return { content: readNamed(file, "MESHROOM_GPG_KEY_FILE"), from: "MESHROOM_GPG_KEY_FILE" };
  return undefined;
}

function readNamed(path: string, variable: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new MeshroomError({
      code: "FILE_UNREADABLE",
      severity: "error",
      summary: `the file that ${variable} names can't be read: ${path}`,
      remedy: `correct ${variable}`,
      cause,
    });
  }
}
