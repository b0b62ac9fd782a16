// Adds an instance of a product to a project.

import { meshroomCommand } from "../../base/words";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { instanceOwner } from "../../mesh/secrets";
import { editManifest, setIn } from "../../model/edit-manifest";
import { checkName } from "../../model/name";
import type { Instance, Project, Setting } from "../../model/types";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { FirstRecipient } from "../../secrets/create-key";
import { FileChanges } from "../files/file-changes";
import { requireProduct } from "../finding/lookup";
import {
  editsOf,
  type GivenSettings,
  missingSecretWarnings,
  missingWarnings,
  requireSecret,
  valuesAfter,
} from "../settings/given-settings";
import { storeSecrets } from "../settings/store-secrets";

/** An instance that could be added. */
export interface InstanceDraft {
  instance: Pick<Instance, "name" | "product" | "address">;
  manifest: string;
  settings: readonly Setting[];
}

export interface AddedInstance extends Pick<Instance, "name" | "product" | "address"> {
  manifest: string;
  settings: Readonly<Record<string, unknown>>;
  /** Names of the secrets that were stored. */
  secrets: readonly string[];
  /** Where the first secret made the store. */
  firstRecipient?: FirstRecipient;
  warnings: Diagnostic[];
}

/** `name` is the product's where none is given. @throws MeshroomError PRODUCT_UNKNOWN, NAME_INVALID, INSTANCE_DUPLICATE */
export function draftInstance(project: Project, productName: string, name = productName): InstanceDraft {
  const product = requireProduct(project, productName);
  const problem = checkName("instance", name) ?? findDuplicate(project, productName, name);
  if (problem) throw new MeshroomError(problem);
  const isShared = project.instances.some((each) => each.name === name);
  const address = isShared ? `${productName}/${name}` : name;
  return {
    instance: { name, product: productName, address },
    manifest: `instances/${productName}/${name}/config.yaml`,
    settings: product.settings,
  };
}

/** All or nothing. @throws MeshroomError for settings and secrets that are not the product's, or of another type; as `SecretStore.update` */
export async function addInstance(
  project: Project,
  { instance, manifest, settings }: InstanceDraft,
  given: GivenSettings,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<AddedInstance> {
  const owner = { subject: `instance ${instance.address}`, settings };
  const edits = editsOf(owner, given);
  const values = valuesAfter(owner, {}, edits);
  const secrets = given.secrets ?? new Map<string, string>();
  for (const key of secrets.keys()) requireSecret(owner, key);

  const changes = new FileChanges(project.root);
  changes.write(manifest, instanceText(instance, values));
  const store = await changes.apply(() =>
    storeSecrets({ project, environment, policy }, secrets, (name) => ({ owner: instanceOwner(instance), name })),
  );
  const configure = (options: string[]) => meshroomCommand("configure", [instance.address], options);
  const warnings = [
    ...missingWarnings(owner, values, configure),
    ...missingSecretWarnings(owner, (name) => secrets.has(name), configure),
    ...store.problems,
  ];
  return {
    ...instance,
    manifest,
    settings: values,
    secrets: [...secrets.keys()],
    firstRecipient: store.firstRecipient,
    warnings,
  };
}

function instanceText({ name, product }: InstanceDraft["instance"], values: Record<string, unknown>): string {
  return editManifest("", (document) => {
    setIn(document, ["name"], name);
    setIn(document, ["product"], product);
    if (Object.keys(values).length > 0) setIn(document, ["settings"], values);
  });
}

function findDuplicate(project: Project, product: string, name: string): Diagnostic | undefined {
  const sameName = project.instances.filter((each) => each.name === name);
  const same = sameName.find((each) => each.product === product);
  if (same) {
    return {
      code: "INSTANCE_DUPLICATE",
      severity: "error",
      summary: `there is an instance \`${name}\` of ${product} already: ${same.manifest}`,
      remedy: `\`${meshroomCommand("configure", [same.address])}\` to change it, or \`${meshroomCommand("add", [product, "NAME"])}\``,
    };
  }
  // A second one of the name makes the bare name, by which these plugs know the first, ambiguous.
  const plug = project.plugs.find((each) => sameName.some(({ address }) => address === each.dst_instance));
  if (!plug) return undefined;
  return {
    code: "INSTANCE_DUPLICATE",
    severity: "error",
    summary: `the name \`${name}\` is taken by an instance of ${sameName[0]?.product}, which ${plug.manifest} knows by that name`,
    remedy: `choose another one: \`${meshroomCommand("add", [product, `${product}-${name}`])}\``,
  };
}
