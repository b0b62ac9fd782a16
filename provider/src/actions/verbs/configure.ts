// Changes the settings and secrets of an instance.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { meshroomCommand } from "../../base/words";
import { type Diagnostic, isError, MeshroomError } from "../../diagnostic";
import { instanceOwner } from "../../mesh/secrets";
import { editManifest } from "../../model/edit-manifest";
import type { Instance, Project, Setting } from "../../model/types";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { FirstRecipient } from "../../secrets/create-key";
import { FileChanges } from "../files/file-changes";
import { requireProduct } from "../finding/lookup";
import { editsOf, type GivenSettings, missingWarnings, requireSecret, valuesAfter } from "../settings/given-settings";
import { writeEdits } from "../settings/setting-edits";
import { storeSecrets } from "../settings/store-secrets";

export interface ConfiguredInstance {
  address: string;
  manifest: string;
  /** Dotted keys of what has another value now, or none any more. */
  changed: readonly string[];
  settings: Readonly<Record<string, unknown>>;
  secrets: readonly string[];
  /** Where the first secret made the store. */
  firstRecipient?: FirstRecipient;
  warnings: Diagnostic[];
}

/** What an instance declares. @throws MeshroomError PRODUCT_UNKNOWN; the errors of its own manifest, which must be repaired by hand */
export function settingsOf(project: Project, instance: Instance): readonly Setting[] {
  const broken = instance.problems.filter((problem) => isError(problem) && isUnreadable(problem));
  if (broken.length > 0) throw new MeshroomError(broken);
  return requireProduct(project, instance.product).settings;
}

/** All or nothing; comments, order and unknown keys of the manifest are kept. @throws MeshroomError as `addInstance` */
export async function configureInstance(
  project: Project,
  instance: Instance,
  given: GivenSettings,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<ConfiguredInstance> {
  const { address, manifest } = instance;
  const owner = { subject: `instance ${address}`, settings: settingsOf(project, instance) };
  const edits = editsOf(owner, given);
  const values = valuesAfter(owner, instance.settings, edits);
  const secrets = given.secrets ?? new Map<string, string>();
  for (const key of secrets.keys()) requireSecret(owner, key);

  const changes = new FileChanges(project.root);
  const before = readFileSync(join(project.root, manifest), "utf8");
  const after = editManifest(before, (document) => writeEdits(document, edits, "settings"), manifest);
  if (after !== before) changes.write(manifest, after);
  const store = await changes.apply(() =>
    storeSecrets({ project, environment, policy }, secrets, (name) => ({ owner: instanceOwner(instance), name })),
  );
  const configure = (options: string[]) => meshroomCommand("configure", [address], options);
  const warnings = [...missingWarnings(owner, values, configure), ...store.problems];
  const changed = after === before ? [] : edits.map(({ path }) => path.join("."));
  return {
    address,
    manifest,
    changed,
    settings: values,
    secrets: [...secrets.keys()],
    firstRecipient: store.firstRecipient,
    warnings,
  };
}

/** Problems beside which an edit would be guesswork; a setting of a wrong type is what `configure` repairs. */
function isUnreadable({ code }: Diagnostic): boolean {
  return ["YAML_SYNTAX", "FILE_ENCODING", "FILE_UNREADABLE", "MANIFEST_SHAPE"].includes(code);
}
