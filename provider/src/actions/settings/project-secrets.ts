// The secrets that a project has a place for, and changing some of them.
import { plugName } from "../../graph/render";
import { isResolved, type ResolvedEnds, resolveEnds } from "../../graph/resolve-plug";
import type { Instance, Plug, Project, Setting } from "../../model/types";
import { secretPaths } from "../../secrets/nested";
import type { SecretId } from "../../secrets/sources";

/** Every secret of every instance and plug: which of them share a name in the store depends on all. */
export function projectSecrets(project: Project): SecretId[] {
  const instances = project.instances.flatMap((instance) => {
    const settings = project.products.get(instance.product)?.settings ?? [];
    return instanceSecrets(instance, settings, instance.settings);
  });
  const plugs = project.plugs.flatMap((plug) => {
    const ends = resolveEnds(project, plug);
    return isResolved(ends) ? plugSecrets(plug, ends) : [];
  });
  return [...instances, ...plugs];
}

/** Those that `values` has a place for: a member of a list has one for each element. */
export function instanceSecrets(
  instance: Pick<Instance, "name" | "product" | "address">,
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): SecretId[] {
  return secretPaths(settings, values).map(({ path }) => instanceSecret(instance, path));
}

export function instanceSecret(
  { name: instance, product, address }: Pick<Instance, "name" | "product" | "address">,
  name: string,
): SecretId {
  return { owner: { kind: "instance", product, name: instance, address }, name };
}

/** The secret settings of the integrations at both ends. */
export function plugSecrets(plug: Plug, { source, destination, mode }: ResolvedEnds): SecretId[] {
  const settings = [...(source.integration?.settings ?? []), ...(destination.integration?.settings ?? [])];
  const values = { ...plug.src_config, ...plug.dst_config };
  const paths = new Set(secretPaths(settings, values).map(({ path }) => path));
  return [...paths].map((path) => plugSecret(plug, mode, path));
}

export function plugSecret(plug: Plug, mode: string, name: string): SecretId {
  const { src_instance: source, dst_instance: destination, topic } = plug;
  return { owner: { kind: "plug", name: plugName(plug), source, destination, topic, mode }, name };
}
