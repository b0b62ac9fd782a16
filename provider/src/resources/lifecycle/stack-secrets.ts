// Secrets as the provider process finds them, and the salted digests of them that inputs carry in their place.
import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import type { Diagnostic } from "../../diagnostic";
import type { GivenSecrets, SecretPlace } from "../../mesh/stored";
import { environmentSource, findSecret, objectSource, type SecretId, secretName } from "../../secrets/sources";
import { storeSource } from "../../secrets/store-source";

let config: dynamic.ConfigureRequest["config"] | undefined;

/** Called by the SDK before anything else. Synchronous: other calls may come before a promise would be settled. */
export function keepConfig(request: dynamic.ConfigureRequest): void {
  config = request.config;
}

/** The secrets that one resource can ask for. */
export interface StackSecrets {
  find(id: SecretId): string | undefined;
  /** What to do about a missing secret: the commands of all sources that have one. */
  remedy(id: SecretId): string;
  /** Why the project's store can't be opened, where it can't. */
  problem?: Diagnostic;
}

/** Asked in this order: the program's Outputs, the stack's encrypted config, the environment, the project's `secrets.gpg`. */
export async function openSecrets(
  { project, secretKey }: SecretPlace,
  given: GivenSecrets | undefined,
): Promise<StackSecrets> {
  const store = await storeSource(join(process.cwd(), project), process.env);
  const sources = [
    objectSource("program", given),
    objectSource(
      "stack config",
      stackSecrets(secretKey),
      isOurProgram() ? undefined : (id) => configCommand(secretKey, id),
    ),
    environmentSource(process.env),
    store,
  ];
  return {
    find: (id) => findSecret(sources, id),
    remedy: (id) => sources.flatMap((source) => source.command?.(id) ?? []).join(", or "),
    problem: store.problem,
  };
}

/** A value of the stack's config. */
export function stackConfig(key: string): string | undefined {
  return config?.get(key);
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

function configCommand(key: string, { owner, name }: SecretId): string {
  const segment = (text: string) => (/^[\w-]+$/.test(text) ? `.${text}` : `["${text.replace(/["\\]/g, "\\$&")}"]`);
  const path = `${key}${segment(owner.kind === "instance" ? owner.address : owner.name)}${segment(name)}`;
  return `pulumi config set --secret --path '${path}'`;
}

/**
 * Digests of the secrets that can be read here, by name. One that can't (a preview without keys) keeps its old digest, so that it does not
 * show as changed. Salted per resource and stack: equal secrets don't look equal, and a preview's text can't be searched for known values.
 */
export function digestSecrets(
  known: StackSecrets,
  ids: readonly SecretId[],
  olds: { __salt?: string; secrets?: Record<string, string> },
): { inputs: { __salt?: string; secrets?: Record<string, string> }; missing: SecretId[] } {
  if (ids.length === 0) return { inputs: {}, missing: [] };
  const salt = olds.__salt ?? randomBytes(12).toString("hex");
  const secrets: Record<string, string> = {};
  const missing: SecretId[] = [];
  for (const id of ids) {
    const name = secretName(id);
    const value = known.find(id);
    const old = olds.secrets?.[name];
    if (value === undefined) missing.push(id);
    if (value !== undefined) secrets[name] = digest(salt, name, value);
    else if (old !== undefined) secrets[name] = old;
  }
  return { inputs: { __salt: salt, secrets: Object.keys(secrets).length > 0 ? secrets : undefined }, missing };
}

function digest(salt: string, name: string, value: string): string {
  return createHmac("sha256", salt).update(`${name}\0${value}`).digest("hex").slice(0, 12);
}
