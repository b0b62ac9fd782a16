// Which secrets a mesh has: by the declared settings of its instances and plugs, nested ones included, under unambiguous names.
import type { Diagnostic } from "../diagnostic";
import { plugName } from "../graph/render";
import { isResolved, type ResolvedEnds, resolveEnds } from "../graph/resolve-plug";
import type { Instance, Plug, Project, Setting } from "../model/types";
import { secretPaths } from "../secrets/nested";
import { type SecretId, secretName } from "../secrets/sources";
import { ownName, storeNames } from "../secrets/store-names";

export interface PlannedSecrets {
  ids: SecretId[];
  /** Names of those without which no hook may run. */
  required: string[];
}

/** The secrets of a project's instances and plugs. All count, whatever the stack has: the store is the project's, and so are the names in it. */
export class SecretPlan {
  /** What to say of secrets that would share a name in the store. */
  readonly problems: readonly Diagnostic[];
  readonly #shared: ReadonlySet<string>;

  constructor(private readonly project: Project) {
    const ids = [
      ...project.instances.flatMap((instance) => this.#declaredBy(instance)),
      ...project.plugs.flatMap((plug) => {
        const ends = resolveEnds(project, plug);
        return isResolved(ends) ? declaredByPlug(plug, ends) : [];
      }),
    ].map(({ id }) => id);
    const { names, problems } = storeNames(ids);
    this.problems = problems;
    this.#shared = new Set([...names].filter(([, { id }]) => id.isShared).map(([own]) => own));
  }

  ofInstance(instance: Instance): PlannedSecrets {
    return this.#planned(this.#declaredBy(instance));
  }

  /** Those of both instances, and the secret settings of both integrations. */
  ofPlug(plug: Plug, ends: ResolvedEnds): PlannedSecrets {
    const instances = [ends.source.instance, ends.destination.instance];
    return this.#planned([...instances.flatMap((each) => this.#declaredBy(each)), ...declaredByPlug(plug, ends)]);
  }

  #declaredBy({ address, name, product, settings }: Instance): DeclaredSecret[] {
    const declared = this.project.products.get(product)?.settings ?? [];
    return declare({ kind: "instance", product, name, address }, declared, settings);
  }

  #planned(declared: readonly DeclaredSecret[]): PlannedSecrets {
    const ids = declared.map(({ id }) => (this.#shared.has(ownName(id)) ? { ...id, isShared: true as const } : id));
    return { ids, required: declared.filter(({ required }) => required).map(({ id }) => secretName(id)) };
  }
}

interface DeclaredSecret {
  id: SecretId;
  required: boolean;
}

function declaredByPlug(plug: Plug, { source, destination, topic, mode }: ResolvedEnds): DeclaredSecret[] {
  const [from, to] = [source.instance.address, destination.instance.address];
  const owner = { kind: "plug", name: plugName(plug), source: from, destination: to, topic, mode } as const;
  return [
    ...declare(owner, source.integration?.settings ?? [], plug.src_config),
    ...declare(owner, destination.integration?.settings ?? [], plug.dst_config),
  ];
}

function declare(
  owner: SecretId["owner"],
  settings: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): DeclaredSecret[] {
  return secretPaths(settings, values).map(({ path, setting }) => ({
    id: { owner, name: path },
    required: (setting as Setting).required,
  }));
}
