// Encrypts what the journal holds of a plug, with a key that lies apart from it: a copy or a backup of the journal alone opens nothing.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userFolder } from "../base/user-folders";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Opens and closes JSON values. */
export interface Seal {
  close(value: unknown): string;
  /** @throws Error for what was closed with another key, or changed since */
  open(sealed: string): unknown;
}

export function makeSeal(key: Buffer): Seal {
  return {
    close(value) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString("utf8"));
    },
  };
}

/** Of a passphrase the key is the same on every machine, for all its journals. */
const SALT = "pulumi-meshroom journal";

/**
 * The key: made of `MESHROOM_JOURNAL_KEY` where that is set, which a run on another machine needs to read on; else a file of the user's.
 * @throws MeshroomError USER_FOLDER
 */
export function journalKey(root: string, environment: NodeJS.ProcessEnv): Buffer {
  const passphrase = environment.MESHROOM_JOURNAL_KEY;
  if (passphrase) return scryptSync(passphrase, SALT, 32);
  const file = join(userFolder("state", root, ["journal-key"], environment), "key");
  if (!existsSync(file)) {
    try {
      writeFileSync(file, randomBytes(32).toString("base64"), { mode: 0o600, flag: "wx" });
    } catch (error) {
      // Another process was first: its key counts.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return Buffer.from(readFileSync(file, "utf8"), "base64");
}
