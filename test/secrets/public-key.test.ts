// Which part of a public key a store is encrypted for, of keys that gpg has made.
import { findEncryptionKeyId, readPublicKeys } from "../../provider/src/secrets/public-key";
import { type Gnupg, startGnupg } from "./gnupg";

let gnupg: Gnupg;
beforeAll(() => {
  gnupg = startGnupg();
});
afterAll(() => gnupg.end());

const second = "20240501T120000!";

/** A key with these subkeys for encryption, all made in one second where no other time is given. Gives the ids in the order of the key. */
async function keyWith(name: string, subkeys: { algorithm: string; expires?: string; at?: string }[]) {
  const run = (at: string, ...args: string[]) =>
    gnupg.run(["--faked-system-time", at, "--pinentry-mode", "loopback", "--passphrase", "", ...args]);
  run(second, "--quick-generate-key", name, "ed25519", "cert,sign", "0");
  const listed = gnupg.run(["--list-keys", "--with-colons", `=${name}`]).toString();
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? "";
  for (const { algorithm, expires = "0", at = second } of subkeys)
    run(at, "--quick-add-key", fingerprint, algorithm, "encr", expires);
  const [key] = await readPublicKeys(gnupg.run(["--armor", "--export", fingerprint]), "a test");
  if (!key) throw new Error("gpg exports no key");
  return { key, ids: key.subkeys.map((subkey) => subkey.getKeyID().toHex()) };
}

test.each([
  ["the newest", 1, [{}, { at: "20240501T120001!" }, {}]],
  ["of one second, the one that was added last", 2, [{}, {}, {}]],
  ["whatever their algorithms", 1, [{ algorithm: "cv25519" }, { algorithm: "rsa2048" }]],
  ["and the other way round", 1, [{ algorithm: "rsa2048" }, { algorithm: "cv25519" }]],
  ["but none that has expired", 0, [{}, { expires: "1d" }, { at: "20240601T120000!", expires: "1d" }]],
] as const)("%s is taken", async (name, wanted, subkeys) => {
  const { key, ids } = await keyWith(`${name} <a@example.org>`, [
    ...subkeys.map((subkey) => ({ algorithm: "cv25519", ...subkey })),
  ]);
  expect(ids).toHaveLength(subkeys.length);
  expect(ids.indexOf((await findEncryptionKeyId(key)).toHex())).toBe(wanted);
});

test("a key without subkeys is taken itself, and one for signatures alone is refused", async () => {
  gnupg.makeKey("RSA <r@example.org>", { kind: "rsa" });
  const [rsa] = await readPublicKeys(gnupg.run(["--export", "r@example.org"]), "a test");
  expect(rsa && (await findEncryptionKeyId(rsa)).toHex()).toBe(rsa?.getKeyID().toHex());
  const { key } = await keyWith("Signer <s@example.org>", []);
  await expect(findEncryptionKeyId(key)).rejects.toThrow("Could not find valid encryption key");
});
