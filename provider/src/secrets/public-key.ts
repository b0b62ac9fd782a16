// Public keys: read from files, called by their owner's name, checked before something is encrypted for them.

import { type Diagnostic, MeshroomError } from "../diagnostic";
import type { KeyID, PublicKey } from "./openpgp";

/** All keys in a file, armoured or binary. Private keys in it lose their private part. @throws MeshroomError KEY_INVALID */
export async function readPublicKeys(content: Uint8Array, from: string): Promise<PublicKey[]> {
  const { readKeys } = await import("openpgp");
  try {
    const keys = isArmouredText(content)
      ? await readKeys({ armoredKeys: Buffer.from(content).toString("utf8") })
      : await readKeys({ binaryKeys: content });
    return keys.map((key) => (key.isPrivate() ? key.toPublic() : key));
  } catch {
    // What was given by mistake may be anything, so the cause, which may quote it, is left out.
    throw new MeshroomError({
      code: "KEY_INVALID",
      severity: "error",
      summary: `${from} does not hold an OpenPGP public key that can be used here`,
      remedy: "ask its owner for the output of `gpg --armor --export FINGERPRINT`",
    });
  }
}

export function isArmouredText(content: Uint8Array): boolean {
  return ((content[0] ?? 0) & 0x80) === 0;
}

/** `Name <address> (fingerprint)`, as far as known. */
export function describeKey(key: PublicKey): string {
  return `${userOf(key)} (${fingerprintOf(key)})`;
}

export function userOf(key: PublicKey): string {
  return key.getUserIDs()[0] ?? "nameless key";
}

export function fingerprintOf(key: PublicKey): string {
  return key.getFingerprint().toUpperCase();
}

/**
 * Which of a key's parts to encrypt for: of the subkeys for encryption that are valid now, the newest. Dates count whole seconds; of two of
 * one second it is the one that was added last, which stands last in the key: the other one has been superseded. The key itself comes last.
 * @throws Error where nothing can be encrypted for this key; `findKeyProblem` says why
 */
export async function findEncryptionKeyId(key: PublicKey): Promise<KeyID> {
  const newestFirst = key.subkeys
    .map((subkey) => ({ id: subkey.getKeyID(), created: subkey.getCreationTime().getTime() }))
    .reverse()
    .sort((a, b) => b.created - a.created);
  for (const { id } of newestFirst) {
    const usable = await key.getEncryptionKey(id).catch(() => undefined);
    if (usable) return usable.getKeyID();
  }
  return (await key.getEncryptionKey()).getKeyID();
}

/** Why nothing can be encrypted for this (sub)key now; undefined where it can. Without `keyId`, for the key's best. */
export async function findKeyProblem(key: PublicKey, keyId?: KeyID): Promise<Diagnostic | undefined> {
  try {
    await key.getEncryptionKey(keyId);
    return undefined;
  } catch {
    return {
      code: "RECIPIENT_EXPIRED",
      severity: "error",
      summary: `nothing can be encrypted for ${describeKey(key)}: ${await explain(key, keyId)}`,
      remedy: "let its owner renew it and add the renewed key as recipient, or remove the recipient",
    };
  }
}

async function explain(key: PublicKey, keyId: KeyID | undefined): Promise<string> {
  if (await key.isRevoked()) return "it was revoked";
  const subkeys = key.getSubkeys(keyId);
  const isRevoked = subkeys.length > 0 && subkeys.every(({ revocationSignatures }) => revocationSignatures.length > 0);
  if (isRevoked) return "its subkey was revoked";
  const dates = await Promise.all([key.getExpirationTime(), ...subkeys.map((subkey) => subkey.getExpirationTime())]);
  const past = dates.filter((date) => date instanceof Date && date.getTime() <= Date.now()) as Date[];
  const first = past.sort((a, b) => a.getTime() - b.getTime())[0];
  return first ? `it expired on ${first.toISOString().slice(0, 10)}` : "it is not made for encryption";
}

/** @param why a clause that names the keys which were tried */
export function notForYou(why: string): MeshroomError {
  return new MeshroomError({
    code: "STORE_NOT_FOR_YOU",
    severity: "error",
    summary: `secrets.gpg is encrypted for others: ${why}`,
    remedy: "let someone who can open it add your public key as recipient",
  });
}
