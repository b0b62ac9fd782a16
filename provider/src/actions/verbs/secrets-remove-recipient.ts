// Takes a reader out, and says what that does not undo.
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { Recipient } from "../../secrets/recipients";
import { removeRecipient } from "../../secrets/share";
import { SecretStore } from "../../secrets/store";

export interface RemovedRecipient {
  removed: Recipient;
  /** Names in the store that the removed reader has seen: each must be changed at its vendor, then set anew. */
  toRotate: string[];
  /** The same in words. */
  warning: string;
}

/**
 * @param query fingerprint, key id, or part of the recipient's name
 * @throws MeshroomError RECIPIENT_UNKNOWN, RECIPIENT_LAST, as `SecretStore.update`
 */
export async function removeSecretsRecipient(
  root: string,
  query: string,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<RemovedRecipient> {
  const store = SecretStore.open(root, environment, policy);
  const toRotate = (await store.read()).names();
  const removed = await removeRecipient(store, query);
  const warning = `${removed.user ?? removed.keyId} can still open every older secrets.gpg, in git's history and in copies: change these secrets at their vendors, then set them anew`;
  return { removed, toRotate, warning };
}
