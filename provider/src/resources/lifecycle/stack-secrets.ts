// Secrets as the provider process finds them, and the salted digests of them that inputs carry in their place.
import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { type MeshSources, openSources } from "../../mesh/secret-sources";
import type { GivenSecrets, InstanceInputs, InstancePlan, PlugPlan, SecretPlace } from "../../mesh/stored";
import { type SecretId, secretName } from "../../secrets/sources";
import { configPath } from "../config-path";
import { providerProcess } from "./provider-process";

/** Called by the SDK before anything else. Synchronous: other calls may come before a promise would be settled. */
export function keepConfig(request: dynamic.ConfigureRequest): void {
  providerProcess().config = request.config;
}

/** The secrets that one resource can ask for. */
export function openSecrets(
  { project, secretKey }: SecretPlace,
  given: GivenSecrets | undefined,
): Promise<MeshSources> {
  const configCommand = isOurProgram() ? undefined : (id: SecretId) => configSetCommand(secretKey, id);
  return openSources(join(process.cwd(), project), { given, configured: stackSecrets(secretKey), configCommand });
}

/** In a preview: whether the program gives this secret and its value is not known yet. One that is not makes all of the resource's unknown. */
function isUnknown({ owner, name }: SecretId, { given = {} }: SecretPlace, values: GivenSecrets | undefined): boolean {
  if ((values as unknown) !== unknownValue) return false;
  return (given[ownerKey(owner)] ?? []).some((each) => name === each || name.startsWith(`${each}.`));
}

/** A value of the stack's config. */
export function stackConfig(key: string): string | undefined {
  return providerProcess().config?.get(key);
}

function stackSecrets(key: string): unknown {
  const text = stackConfig(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Run by `meshroom` where there is no Pulumi program: nobody is to set its config. */
function isOurProgram(): boolean {
  return process.cwd().endsWith(join(".meshroom", "pulumi"));
}

function ownerKey(owner: SecretId["owner"]): string {
  return owner.kind === "instance" ? owner.address : owner.name;
}

function configSetCommand(key: string, { owner, name }: SecretId): string {
  return `pulumi config set --secret --path '${configPath(key, ownerKey(owner), name)}'`;
}

/**
 * Digests of the secrets that can be read here, by name. One that can't (a preview without keys) keeps its old digest, so that it does not
 * show as changed. Salted per resource and stack: equal secrets don't look equal, and a preview's text can't be searched for known values.
 */
export function digestSecrets(
  known: MeshSources,
  plan: InstancePlan | PlugPlan,
  { __givenSecrets }: Pick<InstanceInputs, "__givenSecrets">,
  olds: { __salt?: string; secrets?: Record<string, string> },
): { inputs: { __salt?: string; secrets?: Record<string, string> }; missing: SecretId[] } {
  const ids = plan.secretIds;
  if (ids.length === 0) return { inputs: {}, missing: [] };
  const salt = olds.__salt ?? randomBytes(12).toString("hex");
  const secrets: Record<string, string> = {};
  const missing: SecretId[] = [];
  for (const id of ids) {
    const name = secretName(id);
    const value = known.find(id);
    const old = olds.secrets?.[name];
    const isLater = isUnknown(id, plan, __givenSecrets);
    if (value === undefined && !isLater) missing.push(id);
    if (isLater) secrets[name] = unknownValue;
    else if (value !== undefined) secrets[name] = digest(salt, name, value);
    else if (old !== undefined) secrets[name] = old;
  }
  return { inputs: { __salt: salt, secrets: Object.keys(secrets).length > 0 ? secrets : undefined }, missing };
}

function digest(salt: string, name: string, value: string): string {
  return createHmac("sha256", salt).update(`${name}\0${value}`).digest("hex").slice(0, 12);
}
