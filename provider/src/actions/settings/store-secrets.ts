// Secrets of a project's instances and plugs, put into secrets.gpg together.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { MeshSecrets } from "../../mesh/secrets";
import type { Project } from "../../model/types";
import { describeChange, type RecipientChange, type RecipientPolicy } from "../../secrets/agreed-recipients";
import type { FirstRecipient } from "../../secrets/create-key";
import { type Recipient, recipientName } from "../../secrets/recipients";
import type { SecretId } from "../../secrets/sources";
import { SecretStore, STORE_FILE } from "../../secrets/store";
import { type SetSecretsResult, setSecrets } from "./set-secrets";

export type { FirstRecipient, Recipient, RecipientChange, RecipientPolicy };
export { describeChange, recipientName };

export interface SecretContext {
  project: Project;
  environment: NodeJS.ProcessEnv;
  policy?: RecipientPolicy;
}

/** Nothing is opened for an empty map. @throws MeshroomError as `SecretStore.update` */
export async function storeSecrets(
  { project, ...access }: SecretContext,
  secrets: ReadonlyMap<string, string>,
  idOf: (name: string) => SecretId,
): Promise<SetSecretsResult> {
  if (secrets.size === 0) return { isWritten: false, problems: [] };
  const changes = [...secrets].map(([name, value]) => ({ id: idOf(name), value }));
  return setSecrets({ root: project.root, ...access, all: idsOf(project) }, changes);
}

/** Removes secrets of what is removed; a store that can't be opened keeps them, which is a warning. */
export async function forgetSecrets(
  { project, ...access }: SecretContext,
  ids: readonly SecretId[],
): Promise<Diagnostic[]> {
  if (ids.length === 0 || !existsSync(join(project.root, STORE_FILE))) return [];
  const changes = ids.map((id) => ({ id, value: undefined }));
  try {
    const { problems } = await setSecrets({ root: project.root, ...access, all: idsOf(project) }, changes);
    return [...problems];
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    return error.diagnostics.map((problem) => ({
      ...problem,
      severity: "warning",
      summary: `its secrets stay in ${STORE_FILE}: ${problem.summary}`,
    }));
  }
}

/** Which of the secrets are set; undefined where the store can't be opened to tell. */
export async function findStored(
  { project, environment }: SecretContext,
  ids: readonly SecretId[],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const values = await SecretStore.open(project.root, environment).read();
    const known = new MeshSecrets(project);
    return new Set(ids.filter((id) => values.get(known.marked(id)) !== undefined).map(({ name }) => name));
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    return undefined;
  }
}

function idsOf(project: Project): SecretId[] {
  return new MeshSecrets(project).all.map(({ id }) => id);
}
