// For whom the project's secrets are, and what is wrong with any of them.
import type { Diagnostic } from "../../diagnostic";
import { type RecipientChange, recipientsChanged } from "../../secrets/agreed-recipients";
import type { Recipient } from "../../secrets/recipients";
import { SecretStore } from "../../secrets/store";

export type { Recipient };

export interface RecipientList {
  recipients: Recipient[];
  problems: Diagnostic[];
  /** How they differ from those at the revision. */
  change?: RecipientChange;
}

/**
 * Needs no private key.
 * @param revision where given, a store whose recipients differ from those there is a problem
 * @throws MeshroomError STORE_CORRUPT, KEY_INVALID, REVISION_MISSING
 */
export async function listRecipients(
  root: string,
  environment: NodeJS.ProcessEnv,
  revision?: string,
): Promise<RecipientList> {
  const store = SecretStore.open(root, environment);
  const { recipients, problems } = await store.recipients();
  const change = revision === undefined ? undefined : await store.recipientsSince(revision);
  return { recipients, problems: change ? [...problems, recipientsChanged(change)] : problems, change };
}
