// Which secrets a mesh has: by the declared settings of its instances and plugs, nested ones included, under unambiguous names.
import type { Diagnostic } from "../diagnostic";
import { plugName } from "../graph/render";
import { isResolved, type ResolvedEnds, resolveEnds } from "../graph/resolve-plug";
import type { Instance, Plug, Project, Setting } from "../model/types";
import { secretPaths } from "../secrets/nested";
import { sharedVariables } from "../secrets/shared-variables";
import { type SecretId, secretName } from "../secrets/sources";
import { ownName, type StoreName, storeNames } from "../secrets/store-names";

type SecretOwner = SecretId["owner"];

/** A secret that an instance or a plug has a place for. */
export interface DeclaredSecret {
  id: SecretId;
  isRequired: boolean;
}

/** With its name in the store, which another secret may share. */
export interface MeshSecret extends DeclaredSecret, StoreName {}

export interface PlannedSecrets {
  ids: SecretId[];
  /** Names of those without which no hook may run. */
  required: string[];
}

export function instanceOwner({ name, product, address }: Pick<Instance, "name" | "product" | "address">): SecretOwner {
  return { kind: "instance", product, name, address };
}

/** `mode`: as the capabilities of its ends decide it. */
export function plugOwner(plug: Plug, mode: string): SecretOwner {
  const { src_instance: source, dst_instance: destination, topic } = plug;
  return { kind: "plug", name: plugName(plug), source, destination, topic, mode };
}

/** Those that `values` has a place for: a member of a list has one for each element. */
export function secretsOfInstance(
  instance: Pick<Instance, "name" | "product" | "address">,
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): DeclaredSecret[] {
  return declared(instanceOwner(instance), settings, values);
}

/** The secret settings of the integrations at both ends. A name that both ends have is one secret. */
export function secretsOfPlug(plug: Plug, { source, destination, mode }: ResolvedEnds): DeclaredSecret[] {
  const owner = plugOwner(plug, mode);
  const found = [
    ...declared(owner, source.integration?.settings ?? [], plug.src_config),
    ...declared(owner, destination.integration?.settings ?? [], plug.dst_config),
  ];
  const byName = new Map<string, DeclaredSecret>();
  for (const each of found) {
    const before = byName.get(each.id.name);
    byName.set(each.id.name, { ...each, isRequired: each.isRequired || (before?.isRequired ?? false) });
  }
  return [...byName.values()];
}

/** The secrets of a project's instances and plugs. All count, whatever a stack has: the store is the project's, and so are the names in it. */
export class MeshSecrets {
  /** Each once, in the order of their names in the store. */
  readonly all: readonly MeshSecret[];
  /** What to say of secrets that would share a name in the store, or a variable of the environment. */
  readonly problems: readonly Diagnostic[];
  readonly #byName: ReadonlyMap<string, MeshSecret>;

  constructor(private readonly project: Project) {
    const found = [
      ...project.instances.flatMap((instance) => this.#ofInstance(instance)),
      ...project.plugs.flatMap((plug) => {
        const ends = resolveEnds(project, plug);
        return isResolved(ends) ? secretsOfPlug(plug, ends) : [];
      }),
    ];
    const ids = found.map(({ id }) => id);
    const { names, problems } = storeNames(ids);
    const variables = sharedVariables(ids);
    const isRequired = new Map(found.map((each) => [ownName(each.id), each.isRequired]));
    this.#byName = new Map(
      [...names].map(([own, each]) => {
        const id = variables.names.has(own) ? { ...each.id, isVariableShared: true as const } : each.id;
        return [own, { ...each, id, isRequired: isRequired.get(own) ?? false }];
      }),
    );
    this.all = [...this.#byName.values()];
    this.problems = [...problems, ...variables.problems];
  }

  ofInstance(instance: Instance): PlannedSecrets {
    return this.#planned(this.#ofInstance(instance));
  }

  /** Those of both instances, and the secret settings of both integrations. */
  ofPlug(plug: Plug, ends: ResolvedEnds): PlannedSecrets {
    const instances = [ends.source.instance, ends.destination.instance];
    return this.#planned([...instances.flatMap((each) => this.#ofInstance(each)), ...secretsOfPlug(plug, ends)]);
  }

  /** The id as the sources know it: with a mark where two secrets share a name. */
  marked(id: SecretId): SecretId {
    return this.declared(id) ?? id;
  }

  /** As {@link marked}; undefined for one that no manifest declares. */
  declared(id: SecretId): SecretId | undefined {
    return this.#byName.get(ownName(id))?.id;
  }

  #ofInstance(instance: Instance): DeclaredSecret[] {
    return secretsOfInstance(instance, this.project.products.get(instance.product)?.settings ?? [], instance.settings);
  }

  #planned(secrets: readonly DeclaredSecret[]): PlannedSecrets {
    const required = secrets.filter(({ isRequired }) => isRequired);
    return { ids: secrets.map(({ id }) => this.marked(id)), required: required.map(({ id }) => secretName(id)) };
  }
}

function declared(
  owner: SecretOwner,
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): DeclaredSecret[] {
  return secretPaths(settings, values).map(({ path, setting }) => ({
    id: { owner, name: path },
    isRequired: (setting as Setting).required,
  }));
}
