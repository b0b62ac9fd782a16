// The user's keyring: opening the store with a private key that gpg or its agent holds, public keys of others, a new key.
import { MeshroomError } from "../diagnostic";
import { wrongPassphrase } from "./given-key";
import { type GpgAnswer, type GpgCall, runGpg, statusOf } from "./gpg";
import { corrupt, type StoreMessage } from "./message";
import { notForYou } from "./public-key";

type Keyring = Pick<GpgCall, "environment" | "passphrase">;

/** Numbers of libgpg-error, in the low 16 bits of what gpg reports. */
const BAD_PASSPHRASE = 11;

/** @throws MeshroomError STORE_NO_KEY, STORE_NOT_FOR_YOU, STORE_WRONG_PASSPHRASE, STORE_CORRUPT, GPG_AGENT, GPG_NOT_FOUND */
export async function openWithGpg({ bytes, keyIds }: StoreMessage, keyring: Keyring): Promise<string> {
  const { environment } = keyring;
  const first = await runGpg(["--decrypt"], { ...keyring, input: bytes });
  // The agent may know the passphrase, or ask for it, though it takes none from us.
  const isShut = errorOf(first, "set_pinentry_mode") !== undefined;
  const answer = isShut ? await runGpg(["--decrypt"], { environment, input: bytes }) : first;
  // What comes out before gpg has seen the end may be forged.
  if (answer.code === 0 && statusOf(answer, "DECRYPTION_OKAY")) return new TextDecoder().decode(answer.output);
  const refused = errorOf(answer, "pkdecrypt_failed");
  if (refused && isShut) throw shutAgent();
  if (refused) throw wrongPassphrase(explainRefusal(refused & 0xffff, keyring));
  const strangers = answer.status.filter(([keyword]) => keyword === "NO_SECKEY");
  if (strangers.length < keyIds.length) throw corrupt("it was changed or cut off after it was written");
  throw (await hasPrivateKey(keyring)) ? notForYou("no private key in gpg's keyring opens it") : noKey();
}

/** The number of libgpg-error with which a part of gpg's work failed, named as in its status lines. */
function errorOf({ status }: GpgAnswer, work: string): number | undefined {
  const line = status.find(([keyword, what]) => keyword === "ERROR" && what === work);
  return line && Number(line[2]);
}

/** Where gpg's own option says so, a passphrase can only be typed into pinentry, whatever a program gives. */
function shutAgent(): MeshroomError {
  return new MeshroomError({
    code: "GPG_AGENT",
    severity: "error",
    summary:
      "gpg's agent takes no passphrase from programs (`no-allow-loopback-pinentry` in its gpg-agent.conf), and could not ask for it",
    remedy:
      'remove that line from "$(gpgconf --list-dirs homedir)/gpg-agent.conf", then `gpgconf --kill gpg-agent`; or let the agent ask on this terminal: export GPG_TTY=$(tty); or give the key: export MESHROOM_GPG_KEY_FILE=FILE',
  });
}

function noAgent({ said }: GpgAnswer): MeshroomError {
  return new MeshroomError({
    code: "GPG_AGENT",
    severity: "error",
    summary: `gpg can't reach its agent, which holds the private keys: ${lastWords(said)}`,
    remedy: "`gpgconf --check-programs` and `gpg-connect-agent /bye` show what is wrong with it",
  });
}

/** What gpg said at last, in its user's language. */
function lastWords(said: string): string {
  return (said.trim().split("\n").at(-1) ?? "").replace(/^gpg: /, "");
}

function explainRefusal(code: number, { passphrase }: Keyring): string {
  if (code === BAD_PASSPHRASE) return "the passphrase does not open the key in gpg's keyring";
  return passphrase === undefined
    ? "gpg could not ask for the passphrase of the key, or was told to stop"
    : "gpg could not use the key in its keyring";
}

/** @throws MeshroomError GPG_AGENT: gpg lists none where it can't ask its agent */
async function hasPrivateKey({ environment }: Keyring): Promise<boolean> {
  const answer = await runGpg(["--list-secret-keys", "--with-colons"], { environment });
  if (answer.code !== 0) throw noAgent(answer);
  return /^(?:sec|ssb):/m.test(Buffer.from(answer.output).toString("latin1"));
}

/** The keys that `queries` name (fingerprint, key id, address, part of a name), as gpg exports them; empty for none. Not `export-minimal`, which leaves out the expired. */
export async function exportPublicKeys(
  queries: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Uint8Array> {
  const options = ["--export", "--export-options", "no-export-attributes"];
  return (await runGpg([...options, "--", ...queries], { environment })).output;
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

/** Makes a key and returns its fingerprint. Without a passphrase the agent asks for one. @throws MeshroomError STORE_NO_KEY, GPG_AGENT */
export async function generateInKeyring(
  { name, email }: { name: string; email: string },
  kind: keyof typeof keyKinds,
  keyring: Keyring,
): Promise<string> {
  const input = `${keyKinds[kind]}\nName-Real: ${name}\nName-Email: ${email}\nExpire-Date: 0\n%commit\n`;
  const answer = await runGpg(["--generate-key"], { ...keyring, input });
  const fingerprint = statusOf(answer, "KEY_CREATED")?.[1];
  if (answer.code === 0 && fingerprint) return fingerprint;
  throw errorOf(answer, "set_pinentry_mode") === undefined ? notGenerated(answer) : shutAgent();
}

function notGenerated({ said }: GpgAnswer): MeshroomError {
  return new MeshroomError({
    code: "STORE_NO_KEY",
    severity: "error",
    summary: `gpg made no key for secrets.gpg: ${lastWords(said)}`,
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
