// Opening secrets.gpg with a private key that was given, without gpg: continuous integration has neither keyring nor agent.

import { MeshroomError } from "../diagnostic";
import { corrupt, type StoreMessage } from "./message";
import { isHidden, type PrivateKey } from "./openpgp";
import { isArmouredText, notForYou } from "./public-key";

export interface GivenKey {
  key: PrivateKey;
  passphrase: string | undefined;
  /** The variable that gave it, for messages. */
  from: string;
}

/** @throws MeshroomError KEY_INVALID */
export async function readGivenKey(content: Uint8Array, from: string): Promise<PrivateKey> {
  const { readPrivateKey } = await import("openpgp");
  try {
    return isArmouredText(content)
      ? await readPrivateKey({ armoredKey: Buffer.from(content).toString("utf8") })
      : await readPrivateKey({ binaryKey: content });
  } catch {
    // The cause may quote what was given, which may be a key, or a passphrase in the wrong variable.
    throw new MeshroomError({
      code: "KEY_INVALID",
      severity: "error",
      summary: `${from} does not hold an OpenPGP private key`,
      remedy: "give the whole output of `gpg --armor --export-secret-keys FINGERPRINT`, line ends included",
    });
  }
}

/** @throws MeshroomError STORE_NOT_FOR_YOU, STORE_WRONG_PASSPHRASE, STORE_CORRUPT */
export async function openWithKey({ message, keyIds }: StoreMessage, { key, ...given }: GivenKey): Promise<string> {
  const { decrypt } = await import("openpgp");
  const fits = keyIds.some((id) => isHidden(id) || key.getKeys(id).length > 0);
  if (!fits) throw notForYou(`the key in ${given.from} does not open it`);
  const decryptionKeys = await unlock(key, given);
  try {
    const { data } = await decrypt({ message, decryptionKeys, format: "binary" });
    return new TextDecoder().decode(data as Uint8Array);
  } catch {
    throw corrupt("it was changed or cut off after it was written");
  }
}

async function unlock(privateKey: PrivateKey, given: Omit<GivenKey, "key">): Promise<PrivateKey> {
  const { decryptKey } = await import("openpgp");
  if (privateKey.isDecrypted()) return privateKey;
  if (given.passphrase === undefined)
    throw wrongPassphrase(`the key in ${given.from} has a passphrase, none was given`);
  try {
    return await decryptKey({ privateKey, passphrase: given.passphrase });
  } catch {
    throw wrongPassphrase(`the passphrase does not open the key in ${given.from}`);
  }
}

export function wrongPassphrase(summary: string): MeshroomError {
  return new MeshroomError({
    code: "STORE_WRONG_PASSPHRASE",
    severity: "error",
    summary,
    remedy:
      "set MESHROOM_GPG_PASSPHRASE, or MESHROOM_GPG_PASSPHRASE_FILE to a file that holds it; for gpg to ask on a terminal: export GPG_TTY=$(tty)",
  });
}
