// Secrets as the provider process finds them, and the salted digests of them that inputs carry in their place.
import { createHmac, randomBytes } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import {
  environmentSource,
  findSecret,
  objectSource,
  type SecretId,
  type SecretSource,
  secretName,
} from "../../secrets/sources";
import type { GivenSecrets, SecretKey } from "../inputs";

/** Where the secrets of one resource are looked for, besides the environment. */
export interface SecretHolder {
  secretKey: SecretKey;
  given?: GivenSecrets;
}

let config: dynamic.ConfigureRequest["config"] | undefined;

/** Called by the SDK before anything else. Synchronous: other calls may come before a promise would be settled. */
export function keepConfig(request: dynamic.ConfigureRequest): void {
  config = request.config;
}

/** In this order: the program's Outputs, the stack's encrypted config, the environment. */
export function secretSources(holder: SecretHolder): SecretSource[] {
  return [
    objectSource("program", holder.given),
    objectSource("stack config", stackSecrets(holder.secretKey), (id) => configCommand(holder.secretKey, id)),
    environmentSource(process.env),
  ];
}

export function findStackSecret(holder: SecretHolder, id: SecretId): string | undefined {
  return findSecret(secretSources(holder), id);
}

/** What to do about a missing secret: the commands of all sources that have one. */
export function missingSecretRemedy(holder: SecretHolder, id: SecretId): string {
  return secretSources(holder)
    .map((source) => source.command?.(id))
    .filter((command) => command !== undefined)
    .join(", or ");
}

/** A value of the stack's config. */
export function stackConfig(key: string): string | undefined {
  return config?.get(key);
}

function stackSecrets(key: SecretKey): unknown {
  const text = stackConfig(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function configCommand(key: SecretKey, { owner, name }: SecretId): string {
  const segment = (text: string) => (/^[\w-]+$/.test(text) ? `.${text}` : `["${text.replace(/["\\]/g, "\\$&")}"]`);
  const path = `${key}${segment(owner.kind === "instance" ? owner.address : owner.name)}${segment(name)}`;
  return `pulumi config set --secret --path '${path}'`;
}

/**
 * Digests of the secrets that can be read here, by name. One that can't (a preview without keys) keeps its old digest, so that it does not
 * show as changed. Salted per resource and stack: equal secrets don't look equal, and a preview's text can't be searched for known values.
 */
export function digestSecrets(
  holder: SecretHolder,
  ids: readonly SecretId[],
  olds: { __salt?: string; secrets?: Record<string, string> },
): { __salt: string; secrets?: Record<string, string>; missing: SecretId[] } {
  const salt = olds.__salt ?? randomBytes(12).toString("hex");
  const secrets: Record<string, string> = {};
  const missing: SecretId[] = [];
  for (const id of ids) {
    const name = secretName(id);
    const value = findStackSecret(holder, id);
    const old = olds.secrets?.[name];
    if (value === undefined) missing.push(id);
    if (value !== undefined)
      secrets[name] = createHmac("sha256", salt).update(`${name}\0${value}`).digest("hex").slice(0, 12);
    else if (old !== undefined) secrets[name] = old;
  }
  return { __salt: salt, ...(Object.keys(secrets).length > 0 ? { secrets } : {}), missing };
}
