// The OpenPGP message that secrets.gpg is: for whom it is, and how it is written so that gpg 2.2 and the Python tool can read it.

import { MeshroomError } from "../diagnostic";
import type { KeyID, Message, PublicKey } from "./openpgp";

export interface StoreMessage {
  bytes: Uint8Array;
  isArmoured: boolean;
  message: Message;
  /** The keys that can open it, told without opening it. A key id of zeros hides its owner. */
  keyIds: KeyID[];
}

/** A public key, and which of its subkeys (or itself) a message is encrypted for. */
export interface EncryptionKey {
  key: PublicKey;
  keyId: KeyID;
}

/** @throws MeshroomError STORE_CORRUPT */
export async function parseStore(bytes: Uint8Array): Promise<StoreMessage> {
  const { readMessage } = await import("openpgp");
  // The first bit of binary OpenPGP data is set, that of a letter is not.
  const isArmoured = ((bytes[0] ?? 0) & 0x80) === 0;
  try {
    const message = isArmoured
      ? await readMessage({ armoredMessage: Buffer.from(bytes).toString("latin1") })
      : await readMessage({ binaryMessage: bytes });
    const keyIds = message.getEncryptionKeyIDs();
    if (keyIds.length === 0) throw corrupt("it is not encrypted to any key");
    return { bytes, isArmoured, message: message as Message, keyIds };
  } catch (cause) {
    if (cause instanceof MeshroomError) throw cause;
    throw corrupt(bytes.length === 0 ? "it is empty" : "it is not an OpenPGP message, or not all of one");
  }
}

/** Encrypts for exactly the given keys; fails where that can't be. */
export async function sealStore(text: string, to: readonly EncryptionKey[], isArmoured: boolean): Promise<Uint8Array> {
  const { createMessage, encrypt, enums } = await import("openpgp");
  const options = {
    message: await createMessage({ binary: new TextEncoder().encode(text) }),
    encryptionKeys: to.map(({ key }) => key),
    encryptionKeyIDs: to.map(({ keyId }) => keyId),
    config: { preferredCompressionAlgorithm: enums.compression.zlib, aeadProtect: false },
  };
  const sealed = isArmoured
    ? new TextEncoder().encode((await encrypt({ ...options, format: "armored" })).replaceAll("\r\n", "\n"))
    : ((await encrypt({ ...options, format: "binary" })) as Uint8Array);
  await assertReadableByAll(sealed, to);
  return sealed;
}

/** Before the old store is replaced: the new one is what gpg 2.2 reads, and nobody was left out or let in. */
async function assertReadableByAll(sealed: Uint8Array, to: readonly EncryptionKey[]): Promise<void> {
  const { enums } = await import("openpgp");
  const { message, keyIds } = await parseStore(sealed);
  const hex = (ids: readonly KeyID[]) => ids.map((id) => id.toHex()).sort();
  const isForAll = hex(keyIds).join() === hex(to.map(({ keyId }) => keyId)).join();
  const body = message.packets.findPacket(enums.packet.symEncryptedIntegrityProtectedData);
  const isPlain = (body as { version?: number } | undefined)?.version === 1;
  if (!isForAll || !isPlain) throw new Error("encrypting secrets.gpg gave another message than asked for");
}

export function corrupt(why: string): MeshroomError {
  return new MeshroomError({
    code: "STORE_CORRUPT",
    severity: "error",
    summary: `secrets.gpg is damaged: ${why}`,
    remedy: "restore it from git: `git log -- secrets.gpg`, then `git checkout COMMIT -- secrets.gpg`",
  });
}
