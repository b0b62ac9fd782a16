// Who may read the store: letting someone in, taking someone out.

import { MeshroomError } from "../diagnostic";
import { findNamedKey } from "./create-key";
import type { KeyID, PublicKey } from "./openpgp";
import { findEncryptionKeyId, fingerprintOf, userOf } from "./public-key";
import { describeRecipients, forgetKey, type KnownKey, type Recipient, recipientFile } from "./recipients";
import type { OpenStore, SecretStore } from "./store";

type FoundKeys = OpenStore["recipients"];

/**
 * Lets the owner of a key read: `query` is a file, or what gpg takes for a name. Where the key is a recipient already, by an older subkey
 * or with an older expiry date, the renewed one takes its place.
 * @throws MeshroomError RECIPIENT_UNKNOWN, RECIPIENT_EXPIRED, KEY_INVALID, STORE_MISSING, as `SecretStore.update`
 */
export async function addRecipient(store: SecretStore, query: string): Promise<Recipient> {
  const key = await findNamedKey(query, store.environment);
  const keyId = await findEncryptionKeyId(key);
  const file = recipientFile(key);
  const written = await store.rewrite(async (current) => {
    if (!current) throw noStore();
    const others = [...current.recipients].filter(([, known]) => !isSameKey(known, key));
    const recipients: FoundKeys = new Map<KeyID, KnownKey | undefined>([...others, [keyId, { key }]]);
    return { ...current, recipients };
  });
  forget(store, written, (known) => isSameKey(known, key) && known.file !== file);
  return { keyId: keyId.toHex().toUpperCase(), fingerprint: fingerprintOf(key), user: userOf(key), file };
}

/**
 * Takes a recipient out: named by fingerprint, key id, or a part of the user's name. They know every value that was in the store, so the
 * caller says that those must be changed at their vendors.
 * @throws MeshroomError RECIPIENT_UNKNOWN, RECIPIENT_LAST, STORE_MISSING, as `SecretStore.update`
 */
export async function removeRecipient(store: SecretStore, query: string): Promise<Recipient> {
  const written = await store.rewrite(async (current) => {
    if (!current) throw noStore();
    const removed = await selectRecipient(current.recipients, query);
    return { ...current, recipients: without(current.recipients, removed), removed };
  });
  if (!written) throw new Error("taking a recipient out always writes");
  const { removed } = written;
  forget(store, written, ({ key }) => fingerprintOf(key) === removed.fingerprint);
  return removed;
}

/** Writes the same values anew, with a new session key, for the recipients that the store has. */
export async function reencrypt(store: SecretStore): Promise<void> {
  await store.rewrite(async (current) => {
    if (!current) throw noStore();
    return current;
  });
}

/** After the store was written, so that a crash leaves a file too many rather than one too few. */
function forget(store: SecretStore, written: Pick<OpenStore, "known"> | undefined, isOld: (key: KnownKey) => boolean) {
  const known = written?.known ?? [];
  for (const each of known.filter(isOld)) forgetKey(store.root, each, known);
}

async function selectRecipient(found: FoundKeys, query: string): Promise<Recipient> {
  const recipients = await describeRecipients(found);
  const wanted = query.replace(/^0x/i, "").replaceAll(" ", "").toUpperCase();
  const isNamed = ({ keyId, fingerprint, user }: Recipient) =>
    keyId === wanted || fingerprint === wanted || user?.toLowerCase().includes(query.toLowerCase());
  const named = recipients.filter(isNamed);
  const [first] = named;
  const isOne =
    first && named.every(({ fingerprint }) => fingerprint !== undefined && fingerprint === first.fingerprint);
  if (first && (isOne || named.length === 1)) return first;
  throw notOne(query, first ? named : recipients);
}

function without(found: FoundKeys, removed: Recipient): FoundKeys {
  const isLeft = ([id, known]: [KeyID, KnownKey | undefined]) =>
    known ? fingerprintOf(known.key) !== removed.fingerprint : id.toHex().toUpperCase() !== removed.keyId;
  const left = new Map([...found].filter(isLeft));
  if (left.size > 0) return left;
  throw new MeshroomError({
    code: "RECIPIENT_LAST",
    severity: "error",
    summary: `${removed.user ?? removed.keyId} is the only recipient of secrets.gpg; without one nobody could open it`,
    remedy: "add another recipient first",
  });
}

function isSameKey(known: KnownKey | undefined, key: PublicKey): boolean {
  return known !== undefined && fingerprintOf(known.key) === fingerprintOf(key);
}

function notOne(query: string, recipients: readonly Recipient[]): MeshroomError {
  const list = recipients
    .map(({ keyId, fingerprint, user }) => `${fingerprint ?? keyId} ${user ?? ""}`.trim())
    .join(", ");
  return new MeshroomError({
    code: "RECIPIENT_UNKNOWN",
    severity: "error",
    summary: `${JSON.stringify(query)} does not name one recipient of secrets.gpg`,
    remedy: `use a fingerprint: ${list}`,
  });
}

function noStore(): MeshroomError {
  return new MeshroomError({
    code: "STORE_MISSING",
    severity: "error",
    summary: "this project has no secrets.gpg yet, so there is nothing to share",
    remedy: "set a first secret, which makes it",
  });
}
