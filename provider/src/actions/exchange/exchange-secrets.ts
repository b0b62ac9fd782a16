// The secrets that hooks ask for outside of set-up, from the same places in the same order as the provider takes them.
import { SecretMissing } from "../../hooks/hosts/host-job";
import {
  environmentSource,
  findSecret,
  objectSource,
  type SecretId,
  type SecretSource,
  secretName,
} from "../../secrets/sources";
import { storeSource } from "../../secrets/store-source";
import type { DeployedMesh } from "../engine/mesh-state";

/** In this order: the program's Outputs, the stack's encrypted config, the environment, secrets.gpg. */
export async function secretSources(root: string, mesh: DeployedMesh): Promise<SecretSource[]> {
  return [
    objectSource("program", mesh.given),
    objectSource("stack config", mesh.configured),
    environmentSource(process.env),
    await storeSource(root, process.env),
  ];
}

/** @throws SecretMissing that says how to set the secret: a hook may catch it */
export function requireSecret(sources: readonly SecretSource[], id: SecretId): string {
  const value = findSecret(sources, id);
  if (value !== undefined) return value;
  const problems = sources.flatMap(({ problem }) => (problem ? [problem.summary] : []));
  const commands = sources.flatMap((source) => source.command?.(id) ?? []);
  const why = [...problems, `set it with ${commands.map((command) => `\`${command}\``).join(" or ")}`].join("; ");
  throw new SecretMissing(`secret ${secretName(id)} is not set: ${why} [SECRET_MISSING]`);
}
