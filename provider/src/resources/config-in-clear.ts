// Which settings are secret: those of the stack's config, and those that are secret Outputs. Of the config the SDK only says that something in the whole value is; the stack's file says what stands there in clear.
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { isMapping } from "../base/json";
import type { SecretSettings } from "../mesh/secret-settings";
import { holdsOutput } from "./effective-settings";

/**
 * `given` as the stack's config has it, by owner, then by setting; what is not in clear in the stack's file is an encrypted Output in what comes
 * back. A file that can't be found (`--config-file`, an environment) leaves nothing in clear.
 */
export function withSecretsMarked(config: pulumi.Config, key: string, given: unknown): unknown {
  if (!isMapping(given) || !isConfigSecret(`${config.name}:${key}`)) return given;
  const inClear = readInClear(`${config.name}:${key}`);
  const mark = (owner: string, name: string, value: unknown) => {
    const values = isMapping(inClear) ? inClear[owner] : undefined;
    return isMapping(values) && isSame(values[name], value) ? value : pulumi.secret(value);
  };
  const owners = Object.entries(given).map(([owner, values]) => [
    owner,
    isMapping(values)
      ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mark(owner, name, value)]))
      : values,
  ]);
  return Object.fromEntries(owners);
}

/** A number in the file may be text to the program, and the other way round: what stands there in clear is the same. */
function isSame(written: unknown, given: unknown): boolean {
  if (typeof given !== "object" || given === null)
    return typeof written !== "object" && String(written) === String(given);
  if (typeof written !== "object" || written === null || Array.isArray(written) !== Array.isArray(given)) return false;
  const keys = new Set([...Object.keys(written), ...Object.keys(given)]);
  return [...keys].every((key) => isSame(written[key as keyof typeof written], given[key as keyof typeof given]));
}

/** The SDK has it and does not declare it. */
function isConfigSecret(key: string): boolean {
  const { isConfigSecret: ask } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return ask(key);
}

function readInClear(key: string): unknown {
  try {
    // Older language hosts don't say where the project is.
    const told = pulumi.getRootDirectory();
    const file = projectFile(isAbsolute(told) ? told : process.cwd());
    const project = parse(readFileSync(file, "utf8")) as { stackConfigDir?: string };
    const path = join(dirname(file), project.stackConfigDir ?? "", `Pulumi.${pulumi.getStack()}.yaml`);
    const stack = parse(readFileSync(path, "utf8")) as { config?: Record<string, unknown> };
    return stack.config?.[key];
  } catch {
    return undefined;
  }
}

/** The nearest one above. @throws Error where there is none */
function projectFile(folder: string): string {
  const found = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find(existsSync);
  if (found) return found;
  if (dirname(folder) === folder) throw new Error("no Pulumi.yaml");
  return projectFile(dirname(folder));
}

/** Names of the settings that are secret Outputs or hold one, by the input that they are in; undefined where there are none. */
export function secretSettings(
  places: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>,
): Promise<SecretSettings | undefined> | undefined {
  const outputs = Object.entries(places).flatMap(([place, values = {}]) =>
    Object.entries(values).flatMap(([name, value]) => (holdsOutput(value) ? [{ place, name, value }] : [])),
  );
  return outputs.length > 0 ? namesOfSecrets(outputs) : undefined;
}

async function namesOfSecrets(
  outputs: readonly { place: string; name: string; value: unknown }[],
): Promise<SecretSettings | undefined> {
  const found = new Map<string, string[]>();
  for (const { place, name, value } of outputs) {
    if (await pulumi.isSecret(pulumi.output(value))) found.set(place, [...(found.get(place) ?? []), name]);
  }
  return found.size > 0 ? (Object.fromEntries(found) as SecretSettings) : undefined;
}
