// What a stack's state says of a mesh: which plugs are up, and what their hooks have stored.

import { resolve } from "node:path";
import type { Json } from "../../base/json";
import { MeshroomError } from "../../diagnostic";
import { planIn } from "../../mesh/pack-plan";
import { openSettings, secretValues } from "../../mesh/secret-settings";
import type { Constraints } from "../../model/types";
import type { ExportedStack } from "./adopt-pending";
import { type Deployment, hasLocalState } from "./deployment";
import { type ResourceRef, resourceOf } from "./events";
import { askPulumi } from "./pulumi-command";

/** A resource of ours as the state has it. */
export interface StoredResource extends ResourceRef {
  outputs: Readonly<Record<string, unknown>>;
}

/** Its own outputs have the shape that our provider gives them. */
export interface StoredPlug extends StoredResource {
  manifest: string;
  source: string;
  destination: string;
  topic: string;
  /** `mode` included. */
  constraints: Constraints;
  /** `plug.settings` as the hooks left it. */
  settings: Readonly<Record<string, Json>>;
  /** Values of the settings that were given as secrets, its instances' included; what is still encrypted is left out. */
  secretSettings: readonly string[];
}

/** The stack to work with: the one asked for, else the one that is selected. @throws MeshroomError STACK_UNKNOWN */
export async function stackName(deployment: Deployment): Promise<string> {
  if (deployment.stack !== undefined) return deployment.stack;
  try {
    return (await askPulumi(deployment, ["stack", "--show-name"])).trim();
  } catch (error) {
    if (!(error instanceof MeshroomError) || !/no stack selected/.test(error.message)) throw error;
    throw new MeshroomError({
      code: "STACK_UNKNOWN",
      severity: "error",
      summary: `no stack of the Pulumi project in ${deployment.folder} is selected`,
      remedy: "name one with `--stack`, or select it: `pulumi stack select NAME`; `pulumi stack ls` lists them",
    });
  }
}

/**
 * The mesh's resources; undefined where nothing has been deployed yet. With `withSecrets`, secrets are in clear: for hooks, in memory only.
 * @throws MeshroomError ENGINE_MISSING, STACK_UNKNOWN, ENGINE_FAILED
 */
export async function readStack(
  deployment: Deployment,
  options: { withSecrets?: boolean } = {},
): Promise<StoredResource[] | undefined> {
  const exported = await exportStack(deployment, options);
  return exported && resourcesOf(exported);
}

/** The whole stack, as {@link readStack} reads it. @throws as readStack */
export async function exportStack(
  deployment: Deployment,
  options: { withSecrets?: boolean } = {},
): Promise<ExportedStack | undefined> {
  if (deployment.kind === "local" && !hasLocalState(deployment)) return undefined;
  const stack = await stackName(deployment);
  const args = ["stack", "export", "--stack", stack, ...(options.withSecrets ? ["--show-secrets"] : [])];
  return JSON.parse(await askPulumi(deployment, args, options)) as ExportedStack;
}

export function resourcesOf({ deployment }: ExportedStack): StoredResource[] {
  return (deployment?.resources ?? []).map(({ urn, outputs }) => ({ ...resourceOf(urn), outputs: outputs ?? {} }));
}

/** The plugs of this project among the resources of its stack; a program may hold several meshes. */
export function storedPlugs(deployment: Deployment, resources: readonly StoredResource[]): StoredPlug[] {
  return resources.flatMap((resource) => (resource.kind === "plug" ? (describePlug(deployment, resource) ?? []) : []));
}

/** Undefined for a plug of another project, or one that another version has written. */
function describePlug({ root, programFolder }: Deployment, resource: StoredResource): StoredPlug | undefined {
  const { outputs } = resource;
  const plan = planIn(outputs);
  if (!plan || resolve(programFolder, plan.project) !== root) return undefined;
  return {
    ...resource,
    manifest: plan.manifest,
    source: String(outputs.source),
    destination: String(outputs.destination),
    topic: String(outputs.topic),
    constraints: { mode: String(outputs.mode), ...(outputs.constraints as Constraints | undefined) },
    settings: openSettings(plainStored(outputs)),
    secretSettings: secretValues(plainStored(outputs)),
  };
}

type StoredSettings = Parameters<typeof openSettings>[0];

/** The inputs that hold settings, with their secrets in clear where the state was read so. */
function plainStored(outputs: StoredResource["outputs"]): StoredSettings {
  const places = ["settings", "sourceSettings", "destinationSettings"].map((place) => [
    place,
    plainDeep(outputs[place]),
  ]);
  return { ...outputs, ...Object.fromEntries(places) } as StoredSettings;
}

/** As {@link plainValue}, at every depth. */
export function plainDeep(value: unknown): unknown {
  const plain = plainValue(value);
  if (Array.isArray(plain)) return plain.map(plainDeep);
  if (typeof plain !== "object" || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, member]) => [key, plainDeep(member)]));
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** The value of an output that may be marked as secret; undefined where it is still encrypted. */
export function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(SECRET_MARK in value)) return value;
  const { plaintext } = value as { plaintext?: unknown };
  return typeof plaintext === "string" ? JSON.parse(plaintext) : undefined;
}
