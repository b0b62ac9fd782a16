// The secrets that a project has a place for, and which of them are set. Values are never shown.
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import type { Project, Setting } from "../../model/types";
import { type SecretId, secretName } from "../../secrets/sources";
import { SecretStore } from "../../secrets/store";
import { storeNames } from "../../secrets/store-names";
import { projectSecrets } from "../settings/project-secrets";
import { findSetting } from "../settings/setting-edits";

export interface ListedSecret {
  /** Address of the instance, or name of the plug. */
  owner: string;
  kind: "instance" | "plug";
  name: string;
  isRequired: boolean;
  /** Undefined where the store can't be opened to tell. */
  isSet: boolean | undefined;
}

export interface SecretList {
  secrets: ListedSecret[];
  /** Names in the store that no secret of the project has: of what was removed, or of other tools. */
  others: readonly string[];
  problems: readonly Diagnostic[];
}

/** Without a key to the store it lists what there should be, and says why it can't tell more. */
export async function listSecrets(project: Project, environment: NodeJS.ProcessEnv): Promise<SecretList> {
  const { names, problems } = storeNames(projectSecrets(project));
  const listed = [...names.values()];
  try {
    const values = await SecretStore.open(project.root, environment).read();
    const known = new Set(listed.flatMap(({ id, name }) => (values.get(id) === undefined ? [] : [name])));
    const secrets = listed.map(({ id }) => describe(project, id, values.get(id) !== undefined));
    return { secrets, others: values.names().filter((name) => !known.has(name)), problems };
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    const why = error.diagnostics.map((each) => ({ ...each, severity: "warning" as const }));
    return {
      secrets: listed.map(({ id }) => describe(project, id, undefined)),
      others: [],
      problems: [...problems, ...why],
    };
  }
}

function describe(project: Project, id: SecretId, isSet: boolean | undefined): ListedSecret {
  const owner = secretName(id).slice(0, -id.name.length - 1);
  const isRequired = findSetting(settingsFor(project, id), id.name)?.setting.required ?? false;
  return { owner, kind: id.owner.kind, name: id.name, isRequired, isSet };
}

function settingsFor(project: Project, { owner }: SecretId): readonly Setting[] {
  if (owner.kind === "instance") return project.products.get(owner.product)?.settings ?? [];
  const productOf = (address: string) => project.instances.find((each) => each.address === address)?.product ?? "";
  const ends = [owner.source, owner.destination].map((address) => project.products.get(productOf(address)));
  return ends
    .flatMap((product) => product?.integrations.filter(({ topic }) => topic === owner.topic) ?? [])
    .flatMap(({ settings }) => settings);
}
