// Which plugs are up, and what their set-up has stored: asked of the stack's state, never kept anywhere else.

import type { Json } from "../../base/json";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { loadProject } from "../../model/load-project";
import { type Deployment, findDeployment } from "./deployment";
import { askPulumi } from "./pulumi-command";
import {
  plainDeep,
  plainValue,
  readStack,
  type StoredPlug,
  type StoredResource,
  stackName,
  storedPlugs,
} from "./stack-state";

export interface MeshStateOptions {
  /** Name of the stack; the selected one where absent. */
  stack?: string;
}

/**
 * Manifests of the plugs that are up, those whose set-up has failed half-way included. Where nothing has been deployed yet, those that
 * another tool has marked with `status: up`.
 * @throws MeshroomError ENGINE_MISSING, STACK_UNKNOWN, ENGINE_FAILED
 */
export async function readMeshState(root: string, options: MeshStateOptions = {}): Promise<Set<string>> {
  const deployment = findDeployment(root, options.stack);
  const resources = await readStack(deployment);
  if (resources) return new Set(storedPlugs(deployment, resources).map(({ manifest }) => manifest));
  const marked = loadProject(root).plugs.filter(({ status }) => status === "up");
  return new Set(marked.map(({ manifest }) => manifest));
}

/**
 * As {@link readMeshState}; where the stack of a Pulumi program can't be asked (no login, no stack selected), a warning in place of an
 * error: its next `up` tears down what has left the tree, so nothing is lost.
 */
export async function readMeshStateIfKnown(root: string): Promise<{ up: Set<string>; problems: Diagnostic[] }> {
  try {
    return { up: await readMeshState(root), problems: [] };
  } catch (error) {
    if (!(error instanceof MeshroomError) || findDeployment(root).kind === "local") throw error;
    const unknown = error.diagnostics.map((diagnostic): Diagnostic => {
      const summary = `what is up could not be asked, so the next \`meshroom up\` is to tear it down: ${diagnostic.summary}`;
      return { ...diagnostic, severity: "warning", summary };
    });
    return { up: new Set(), problems: unknown };
  }
}

/** What hooks are given of a plug that is up. Holds secrets in clear: for hooks, in memory only. */
export interface PlugState {
  /** The mesh that the plug is of, where its name stands before the plug's. */
  mesh?: string;
  settings: Readonly<Record<string, Json>>;
  /** Stored by set-up hooks with `plug.setSecret`. */
  secrets: Readonly<Record<string, string>>;
}

/** What a stack knows and a tree does not. Holds secrets in clear: for hooks, in memory only. */
export interface DeployedMesh {
  /** By manifest. */
  plugs: ReadonlyMap<string, PlugState>;
  /** Settings of instances by address, as a program gave them at the last `up`. Without a program, the tree says all. */
  instances: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  /** Values of settings that were given as secrets: what hooks say of them is masked. */
  secretSettings: readonly string[];
  /** By owner, then by name: secrets that the program has given, and those of the stack's config. */
  given: Readonly<Record<string, unknown>>;
  configured: Readonly<Record<string, unknown>>;
}

const nothing: DeployedMesh = { plugs: new Map(), instances: new Map(), secretSettings: [], given: {}, configured: {} };

/** @throws MeshroomError ENGINE_MISSING, STACK_UNKNOWN, ENGINE_FAILED */
export async function readDeployedMesh(root: string, options: MeshStateOptions = {}): Promise<DeployedMesh> {
  const deployment = findDeployment(root, options.stack);
  const [resources, configured] = await Promise.all([
    readStack(deployment, { withSecrets: true }),
    deployment.kind === "program" ? readConfiguredSecrets(deployment) : {},
  ]);
  if (!resources) return nothing;
  // Where the program has several meshes of the project, the one without a prefix counts: the last one wins below.
  resources.sort((a, b) => Number(meshOf(b) !== undefined) - Number(meshOf(a) !== undefined));
  const plugs = storedPlugs(deployment, resources);
  return {
    plugs: new Map(plugs.map((plug) => [plug.manifest, plugState(plug)])),
    instances: deployment.kind === "program" ? instanceSettings(resources) : new Map(),
    secretSettings: plugs.flatMap(({ secretSettings }) => secretSettings),
    given: Object.assign({}, ...resources.map(givenSecrets)),
    configured,
  };
}

function instanceSettings(resources: readonly StoredResource[]): DeployedMesh["instances"] {
  const instances = resources.filter(({ kind }) => kind === "instance");
  return new Map(
    instances.map(({ name, outputs }) => [
      ownName(name, outputs),
      (plainDeep(outputs.settings) ?? {}) as Record<string, Json>,
    ]),
  );
}

function plugState(plug: StoredPlug): PlugState {
  return { mesh: meshOf(plug), settings: plug.settings, secrets: texts(plug.outputs.__secretState) };
}

/** The mesh whose name stands before the resource's own. */
function meshOf({ outputs }: Pick<StoredResource, "outputs">): string | undefined {
  return outputs.__mesh === undefined ? undefined : String(outputs.__mesh);
}

function ownName(name: string, outputs: StoredResource["outputs"]): string {
  const mesh = meshOf({ outputs });
  return mesh === undefined ? name : name.slice(mesh.length + 1);
}

function texts(value: unknown): Record<string, string> {
  return (plainValue(value) ?? {}) as Record<string, string>;
}

function givenSecrets({ outputs }: StoredResource): Record<string, unknown> {
  return (plainValue(outputs.__givenSecrets) ?? {}) as Record<string, unknown>;
}

/** The value of `secrets` in the stack's config. */
async function readConfiguredSecrets(deployment: Deployment): Promise<Record<string, unknown>> {
  const args = ["config", "--json", "--show-secrets", "--stack", await stackName(deployment)];
  const config = JSON.parse(await askPulumi(deployment, args, { withSecrets: true })) as Record<
    string,
    { value?: string }
  >;
  const text = config[`${deployment.project}:secrets`]?.value;
  return text === undefined ? {} : (JSON.parse(text) as Record<string, unknown>);
}
