// Sets or removes one secret of a project.

import type { Diagnostic } from "../../diagnostic";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { SecretId } from "../../secrets/sources";
import { SecretStore, type Update, type UpdateOptions } from "../../secrets/store";
import { ownName, type StoreName, type StoreNames, storeNames } from "../../secrets/store-names";
import type { SecretValue } from "../../secrets/values";

export interface SetSecretsResult extends Update {
  /** What to say about names that several secrets of the project share. */
  problems: readonly Diagnostic[];
}

export interface StorePlace {
  root: string;
  environment: NodeJS.ProcessEnv;
  policy?: RecipientPolicy;
}

export interface SecretChange {
  id: SecretId;
  /** Undefined removes it. */
  value: SecretValue | undefined;
}

/**
 * Changes secrets in one write.
 * @param all every secret of the project, since two may share a name
 * @throws MeshroomError as `SecretStore.update`
 */
export async function setSecrets(
  { root, environment, policy, all }: StorePlace & { all: Iterable<SecretId> },
  changes: readonly SecretChange[],
  options: UpdateOptions = {},
): Promise<SetSecretsResult> {
  const named = storeNames([...all, ...changes.map(({ id }) => id)]);
  const update = await SecretStore.open(root, environment, policy).update((values) => {
    for (const { id, value } of changes) {
      const { id: marked, name } = nameOf(named, id);
      if (value === undefined) values.delete(marked);
      else values.set(marked, value, name);
    }
  }, options);
  return { ...update, problems: named.problems };
}

function nameOf({ names }: StoreNames, id: SecretId): StoreName {
  const name = names.get(ownName(id));
  if (!name) throw new Error("every changed secret was given a name");
  return name;
}
