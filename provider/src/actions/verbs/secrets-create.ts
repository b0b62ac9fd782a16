// Makes the project's store of secrets before there is a secret, with a key that the user chooses.
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { NewKeyOptions } from "../../secrets/create-key";
import { SecretStore, type Update } from "../../secrets/store";

/** Leaves a store that exists alone. @throws MeshroomError as `SecretStore.update` */
export async function createSecretsStore(
  root: string,
  newKey: NewKeyOptions,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<Update> {
  return SecretStore.open(root, environment, policy).create(newKey);
}
