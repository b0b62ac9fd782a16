// Lets one more person, or CI, read the project's secrets.
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { Recipient } from "../../secrets/recipients";
import { addRecipient } from "../../secrets/share";
import { SecretStore } from "../../secrets/store";

/**
 * @param key a key file, or fingerprint, key id or address of a key in gpg's keyring
 * @throws MeshroomError RECIPIENT_UNKNOWN, RECIPIENT_EXPIRED, KEY_INVALID, as `SecretStore.update`
 */
export async function addSecretsRecipient(
  root: string,
  key: string,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<Recipient> {
  return addRecipient(SecretStore.open(root, environment, policy), key);
}
