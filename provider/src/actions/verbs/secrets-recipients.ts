// For whom the project's secrets are, and what is wrong with any of them.
import type { Diagnostic } from "../../diagnostic";
import type { Recipient } from "../../secrets/recipients";
import { SecretStore } from "../../secrets/store";

export type { Recipient };

export interface RecipientList {
  recipients: Recipient[];
  problems: Diagnostic[];
}

/** Needs no private key. @throws MeshroomError STORE_CORRUPT, KEY_INVALID */
export async function listRecipients(root: string, environment: NodeJS.ProcessEnv): Promise<RecipientList> {
  return SecretStore.open(root, environment).recipients();
}
