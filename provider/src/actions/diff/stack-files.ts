// What stacks say about a mesh, read from their config files: no engine and no key is needed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isMapping } from "../../base/json";
import { MeshroomError } from "../../diagnostic";
import { type StackChoice, secretValue } from "../../review/mesh-view";

const all: StackChoice = { instances: undefined, settings: {} };

/**
 * The stacks of a Pulumi project by name, from `Pulumi.<stack>.yaml`; empty where there is none.
 * @param folder absolute path of the folder with Pulumi.yaml
 * @param project its name, the namespace of the keys
 */
export function readStackFiles(folder: string, project: string): Map<string, StackChoice> {
  const settings = readYaml(["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find(existsSync));
  const place = typeof settings.stackConfigDir === "string" ? join(folder, settings.stackConfigDir) : folder;
  const stacks = new Map<string, StackChoice>();
  if (!existsSync(place)) return stacks;
  for (const file of readdirSync(place).sort()) {
    const name = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
    if (name !== undefined) stacks.set(name, choiceOf(readYaml(join(place, file)), project));
  }
  return stacks;
}

export function unknownStack(name: string, known: readonly string[]): MeshroomError {
  return new MeshroomError({
    code: "STACK_UNKNOWN",
    severity: "error",
    summary: `there is no config file of a stack ${name}`,
    remedy: known.length > 0 ? `the stacks are: ${known.join(", ")}` : "leave out `--stack`: there are no stacks",
  });
}

function readYaml(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  const value: unknown = parse(readFileSync(path, "utf8"));
  return isMapping(value) ? value : {};
}

function choiceOf({ config }: Record<string, unknown>, project: string): StackChoice {
  if (!isMapping(config)) return all;
  const value = (key: string) => hideSecrets(config[`${project}:${key}`]);
  const [instances, settings] = [value("instances"), value("settings")];
  const names = Array.isArray(instances) ? instances.map(String) : undefined;
  return {
    instances: names && !names.includes("*") ? new Set(names) : undefined,
    settings: isMapping(settings) ? (settings as StackChoice["settings"]) : {},
  };
}

/** `secure: ...` is how Pulumi writes an encrypted value. */
function hideSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (!isMapping(value)) return value;
  if (Object.keys(value).length === 1 && typeof value.secure === "string") return secretValue;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideSecrets(each)]));
}
