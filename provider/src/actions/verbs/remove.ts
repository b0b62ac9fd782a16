// Removes an instance, its plugs and its secrets from a project.
import type { Diagnostic } from "../../diagnostic";
import { isResolved, resolveEnds } from "../../graph/resolve-plug";
import { secretsOfInstance, secretsOfPlug } from "../../mesh/secrets";
import type { Instance, Plug, Project } from "../../model/types";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import { FileChanges, removeEmptyFolders } from "../files/file-changes";
import { forgetSecrets } from "../settings/store-secrets";

export interface RemovedInstance {
  address: string;
  path: string;
  /** Manifests of the plugs that started or ended there. */
  plugs: readonly string[];
  warnings: Diagnostic[];
}

export function plugsOf(project: Project, { address }: Instance): Plug[] {
  return project.plugs.filter(({ src_instance, dst_instance }) => [src_instance, dst_instance].includes(address));
}

/** Its plugs are down. All or nothing, but for the secrets: a store that can't be opened keeps them, with a warning. */
export async function removeInstance(
  project: Project,
  instance: Instance,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<RemovedInstance> {
  const plugs = plugsOf(project, instance);
  const changes = new FileChanges(project.root);
  const elsewhere = plugs
    .map(({ manifest }) => manifest)
    .filter((manifest) => !manifest.startsWith(`${instance.path}/`));
  for (const manifest of elsewhere) changes.remove(manifest);
  changes.remove(instance.path);
  const settings = project.products.get(instance.product)?.settings ?? [];
  const secrets = [
    ...secretsOfInstance(instance, settings, instance.settings),
    ...plugs.flatMap((plug) => {
      const ends = resolveEnds(project, plug);
      return isResolved(ends) ? secretsOfPlug(plug, ends) : [];
    }),
  ].map(({ id }) => id);
  const warnings = await changes.apply(() => forgetSecrets({ project, environment, policy }, secrets));
  for (const manifest of elsewhere)
    removeEmptyFolders(project.root, manifest, manifest.slice(0, manifest.indexOf("/plugs/")));
  removeEmptyFolders(project.root, instance.path, "instances");
  return { address: instance.address, path: instance.path, plugs: plugs.map(({ manifest }) => manifest), warnings };
}
