// Encrypts the project's secrets anew, for the same recipients.
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import { reencrypt } from "../../secrets/share";
import { SecretStore } from "../../secrets/store";

/** @throws MeshroomError as `SecretStore.update` */
export async function reencryptSecrets(
  root: string,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<void> {
  await reencrypt(SecretStore.open(root, environment, policy));
}
