// The user's keyring: opening the store with a private key that gpg or its agent holds, public keys of others, a new key.
import { MeshroomError } from "../diagnostic";
import { wrongPassphrase } from "./given-key";
import { type GpgAnswer, type GpgCall, runGpg, statusOf } from "./gpg";
import { corrupt, type StoreMessage } from "./message";
import { notForYou } from "./public-key";

type Keyring = Pick<GpgCall, "environment" | "passphrase">;

/** Numbers of libgpg-error, in the low 16 bits of what gpg reports. */
const BAD_PASSPHRASE = 11;

/** @throws MeshroomError STORE_NO_KEY, STORE_NOT_FOR_YOU, STORE_WRONG_PASSPHRASE, STORE_CORRUPT, GPG_NOT_FOUND */
export async function openWithGpg({ bytes, keyIds }: StoreMessage, keyring: Keyring): Promise<string> {
  const answer = await runGpg(["--decrypt"], { ...keyring, input: bytes });
  // What comes out before gpg has seen the end may be forged.
  if (answer.code === 0 && statusOf(answer, "DECRYPTION_OKAY")) return new TextDecoder().decode(answer.output);
  const refused = statusOf(answer, "ERROR")?.[0] === "pkdecrypt_failed" ? Number(statusOf(answer, "ERROR")?.[1]) : 0;
  if (refused) throw wrongPassphrase(explainRefusal(refused & 0xffff, keyring));
  const strangers = answer.status.filter(([keyword]) => keyword === "NO_SECKEY");
  if (strangers.length < keyIds.length) throw corrupt("it was changed or cut off after it was written");
  throw (await hasPrivateKey(keyring)) ? notForYou("no private key in gpg's keyring opens it") : noKey();
}

function explainRefusal(code: number, { passphrase }: Keyring): string {
  if (code === BAD_PASSPHRASE) return "the passphrase does not open the key in gpg's keyring";
  return passphrase === undefined
    ? "gpg could not ask for the passphrase of the key, or was told to stop"
    : "gpg could not use the key in its keyring";
}

async function hasPrivateKey(keyring: Keyring): Promise<boolean> {
  const { output } = await runGpg(["--list-secret-keys", "--with-colons"], { environment: keyring.environment });
  return /^(?:sec|ssb):/m.test(Buffer.from(output).toString("latin1"));
}

/** The keys that `query` names (fingerprint, key id, address, part of a name), as gpg exports them; empty for none. Not `export-minimal`, which leaves out the expired. */
export async function exportPublicKeys(query: string, environment: NodeJS.ProcessEnv): Promise<Uint8Array> {
  return (await runGpg(["--export", "--export-options", "no-export-attributes", "--", query], { environment })).output;
}

/** The fingerprint of the private key that has exactly this user id, where the keyring has one. */
export async function findPrivateKey(user: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { output } = await runGpg(["--list-secret-keys", "--with-colons", "--", `=${user}`], { environment });
  return /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(Buffer.from(output).toString("latin1"))?.[1];
}

const keyKinds = {
  modern: "Key-Type: eddsa\nKey-Curve: ed25519\nSubkey-Type: ecdh\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt",
  rsa: "Key-Type: RSA\nKey-Length: 2048",
} as const;

/** Makes a key and returns its fingerprint. Without a passphrase the agent asks for one. @throws MeshroomError STORE_NO_KEY */
export async function generateInKeyring(
  { name, email }: { name: string; email: string },
  kind: keyof typeof keyKinds,
  keyring: Keyring,
): Promise<string> {
  const input = `${keyKinds[kind]}\nName-Real: ${name}\nName-Email: ${email}\nExpire-Date: 0\n%commit\n`;
  const answer = await runGpg(["--generate-key"], { ...keyring, input });
  const fingerprint = statusOf(answer, "KEY_CREATED")?.[1];
  if (answer.code === 0 && fingerprint) return fingerprint;
  throw notGenerated(answer);
}

function notGenerated({ said }: GpgAnswer): MeshroomError {
  const last = said.trim().split("\n").at(-1) ?? "";
  return new MeshroomError({
    code: "STORE_NO_KEY",
    severity: "error",
    summary: `gpg made no key for secrets.gpg: ${last.replace(/^gpg: /, "")}`,
    remedy: "without a terminal to ask on, give the new key's passphrase: export MESHROOM_GPG_PASSPHRASE=...",
  });
}

function noKey(): MeshroomError {
  return new MeshroomError({
    code: "STORE_NO_KEY",
    severity: "error",
    summary: "secrets.gpg can't be opened here: neither MESHROOM_GPG_KEY nor gpg's keyring has a private key",
    remedy: "gpg --import PRIVATE-KEY-FILE, or export MESHROOM_GPG_KEY_FILE=PRIVATE-KEY-FILE",
  });
}
