// For whom secrets.gpg is. The file itself says it; recipients/*.asc only holds the public keys, so that writing needs no keyring:
// who may change a file in git must not be able to let someone in by adding a key to a folder.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileWhole } from "../base/write-file";
import { type Diagnostic, MeshroomError } from "../diagnostic";
import { exportPublicKeys } from "./gpg-keyring";
import type { EncryptionKey } from "./message";
import { isHidden, type KeyID, type PublicKey } from "./openpgp";
import { describeKey, findKeyProblem, fingerprintOf, readPublicKeys, userOf } from "./public-key";
import { isSystemError, readIfThere } from "./store-file";

/** A public key that is at hand, and the file in recipients/ that holds it, if one does. */
export interface KnownKey {
  key: PublicKey;
  file?: string;
  /** Another copy of the key knows more than the file: that it was revoked, that it lasts longer. */
  isFileStale?: boolean;
}

export interface Recipient {
  /** As the file names it: 16 hex digits, of a subkey where the key has one for encryption. */
  keyId: string;
  /** Undefined where no public key of that id is at hand. */
  fingerprint?: string;
  user?: string;
  /** Where the public key is, relative to the project's root; undefined for one that is only in a keyring. */
  file?: string;
  /** Why the store can't be written for this recipient: RECIPIENT_EXPIRED, RECIPIENT_MISSING. */
  problem?: Diagnostic;
}

const FOLDER = "recipients";

/** `Name <address> (fingerprint)`, as far as known. */
export function recipientName({ user, fingerprint, keyId }: Recipient): string {
  return fingerprint ? `${user ?? "the key"} (${fingerprint})` : `the key ${keyId}`;
}

/** Every key in recipients/*.asc. @throws MeshroomError KEY_INVALID */
export async function readRecipientFiles(root: string): Promise<KnownKey[]> {
  const known: KnownKey[] = [];
  for (const file of listFiles(root)) {
    const content = readIfThere(join(root, file));
    if (content) known.push(...(await readPublicKeys(content, file)).map((key) => ({ key, file })));
  }
  return known;
}

function listFiles(root: string): string[] {
  try {
    const names = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith(".asc"));
    return names.sort().map((name) => `${FOLDER}/${name}`);
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) return [];
    throw cause;
  }
}

/** Looks a file's key ids up in what is at hand and in the user's keyring. All copies of a key count together: the oldest in git must not hide that it was revoked. */
export async function findKeys(
  keyIds: readonly KeyID[],
  known: readonly KnownKey[],
  environment: NodeJS.ProcessEnv,
): Promise<Map<KeyID, KnownKey | undefined>> {
  const named = keyIds.filter((id) => !isHidden(id)).map((id) => `0x${id.toHex()}`);
  const keyring = (await readKeyring(named, environment)).map((key): KnownKey => ({ key }));
  const found = new Map<KeyID, KnownKey | undefined>();
  for (const keyId of keyIds) {
    const copies = [...known, ...keyring].filter(({ key }) => key.getKeys(keyId).length > 0);
    found.set(keyId, await mergeCopies(copies, keyId));
  }
  return found;
}

/** The first key, with what later copies of the same key say besides. */
async function mergeCopies([first, ...others]: readonly KnownKey[], keyId?: KeyID): Promise<KnownKey | undefined> {
  if (!first) return undefined;
  const fingerprint = fingerprintOf(first.key);
  let { key } = first;
  for (const other of others) if (fingerprintOf(other.key) === fingerprint) key = await key.update(other.key);
  return { ...first, key, isFileStale: (await validityOf(key, keyId)) !== (await validityOf(first.key, keyId)) };
}

/** What others have signed besides is not worth a change of a file in git. */
async function validityOf(key: PublicKey, keyId: KeyID | undefined): Promise<string> {
  const dates = key.getSubkeys(keyId).map((subkey) => subkey.getExpirationTime());
  return (await Promise.all([key.isRevoked(), key.getExpirationTime(), ...dates])).map(String).join();
}

/** The key with what gpg's keyring knows of it. */
export async function withKeyring(key: PublicKey, environment: NodeJS.ProcessEnv): Promise<PublicKey> {
  const copies = await readKeyring([fingerprintOf(key)], environment);
  return (await mergeCopies([key, ...copies].map((copy) => ({ key: copy }))))?.key ?? key;
}

/** Where there is no gpg there is no keyring, and so no key in it. */
export async function readKeyring(queries: readonly string[], environment: NodeJS.ProcessEnv): Promise<PublicKey[]> {
  // Of no name gpg exports all that it has.
  if (queries.length === 0) return [];
  try {
    const exported = await exportPublicKeys(queries, environment);
    return exported.length > 0 ? await readPublicKeys(exported, "gpg's keyring") : [];
  } catch (cause) {
    if (cause instanceof MeshroomError && cause.diagnostics[0]?.code === "GPG_NOT_FOUND") return [];
    throw cause;
  }
}

export async function describeRecipients(found: ReadonlyMap<KeyID, KnownKey | undefined>): Promise<Recipient[]> {
  return Promise.all([...found].map(([keyId, known]) => describeRecipient(keyId, known)));
}

async function describeRecipient(id: KeyID, known: KnownKey | undefined): Promise<Recipient> {
  const keyId = id.toHex().toUpperCase();
  if (!known) return { keyId, problem: missing(keyId, isHidden(id)) };
  const { key, file, isFileStale } = known;
  const problem = await findKeyProblem(key, id);
  if (problem && file && isFileStale) problem.summary += `, which gpg's keyring knows and ${file} does not`;
  return { keyId, fingerprint: fingerprintOf(key), user: userOf(key), file, problem };
}

/** What to encrypt with. @throws MeshroomError RECIPIENT_EXPIRED, RECIPIENT_MISSING: all there are */
export async function requireKeys(found: ReadonlyMap<KeyID, KnownKey | undefined>): Promise<EncryptionKey[]> {
  const problems = (await describeRecipients(found)).flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new MeshroomError(problems);
  return [...found].flatMap(([keyId, known]) => (known ? { key: known.key, keyId } : []));
}

/** Puts keys that were found elsewhere with the project, and what is new of those that are there under the name that they get here. */
export function keepKeys(root: string, keys: Iterable<KnownKey | undefined>): void {
  for (const known of keys) {
    if (!known || (known.file && !(known.isFileStale && known.file === recipientFile(known.key)))) continue;
    mkdirSync(join(root, FOLDER), { recursive: true });
    writeFileWhole(join(root, recipientFile(known.key)), known.key.armor().replaceAll("\r\n", "\n"));
  }
}

/** Removes the key's file, unless it holds other keys as well. */
export function forgetKey(root: string, { file, key }: KnownKey, known: readonly KnownKey[]): void {
  const isShared = known.some((other) => other.file === file && fingerprintOf(other.key) !== fingerprintOf(key));
  if (file && !isShared) rmSync(join(root, file), { force: true });
}

/** Named so that a reviewer sees whose it is, and that no other key's file is overwritten. */
export function recipientFile(key: PublicKey): string {
  const user = userOf(key);
  const address = /<([^>]*)>/.exec(user)?.[1] ?? user;
  const readable = address.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${FOLDER}/${readable.replace(/^-|-$/g, "").slice(0, 60)}-${fingerprintOf(key).slice(-16).toLowerCase()}.asc`;
}

/** Keys in recipients/ for which the store is not: the Python tool writes for its own key alone. */
export function unusedKeys(known: readonly KnownKey[], keyIds: readonly KeyID[]): Diagnostic[] {
  const unused = known.filter(({ key }) => !keyIds.some((id) => !isHidden(id) && key.getKeys(id).length > 0));
  return unused.map(({ key, file }) => ({
    code: "RECIPIENT_UNUSED",
    severity: "warning",
    summary: `${describeKey(key)} has a key in ${file}, but secrets.gpg is not encrypted for it`,
    remedy: `add it as recipient again, or \`rm ${file}\``,
  }));
}

function missing(keyId: string, isHidden: boolean): Diagnostic {
  return {
    code: "RECIPIENT_MISSING",
    severity: "error",
    summary: isHidden
      ? "secrets.gpg has a recipient that is hidden (`throw-keyids`), so it can't be encrypted for them again"
      : `secrets.gpg is encrypted for the key ${keyId}, whose public key is neither in recipients/ nor in gpg's keyring`,
    remedy: isHidden
      ? "decrypt it and encrypt it without `throw-keyids` in gpg.conf"
      : `save it: gpg --armor --export ${keyId} > ${FOLDER}/NAME.asc, or remove the recipient`,
  };
}
