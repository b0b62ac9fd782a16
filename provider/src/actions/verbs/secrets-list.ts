// The secrets that a project has a place for, and which of them are set. Values are never shown.
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { type DeclaredSecret, MeshSecrets } from "../../mesh/secrets";
import type { Project } from "../../model/types";
import { secretName } from "../../secrets/sources";
import { SecretStore } from "../../secrets/store";

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
  const { all, problems } = new MeshSecrets(project);
  try {
    const values = await SecretStore.open(project.root, environment).read();
    const known = new Set(all.flatMap(({ id, name }) => (values.get(id) === undefined ? [] : [name])));
    const secrets = all.map((each) => describe(each, values.get(each.id) !== undefined));
    return { secrets, others: values.names().filter((name) => !known.has(name)), problems };
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    const why = error.diagnostics.map((each) => ({ ...each, severity: "warning" as const }));
    return { secrets: all.map((each) => describe(each, undefined)), others: [], problems: [...problems, ...why] };
  }
}

function describe({ id, isRequired }: DeclaredSecret, isSet: boolean | undefined): ListedSecret {
  const owner = secretName(id).slice(0, -id.name.length - 1);
  return { owner, kind: id.owner.kind, name: id.name, isRequired, isSet };
}
