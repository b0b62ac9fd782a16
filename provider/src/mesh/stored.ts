// What the engine keeps of a mesh: the inputs and outputs of each resource. Keys that begin with `__` are bookkeeping and hidden in previews.
import type { Json } from "../base/json";
import type { HookIntegration } from "../hooks/imported/api";
import type { NestedSecret } from "../secrets/nested";
import type { SecretId } from "../secrets/sources";

import type { SecretSettings } from "./secret-settings";

/** Written into users' state for ever: never renamed. */
export const providerTypes = {
  product: "pulumi-nodejs:dynamic/meshroom:Product",
  instance: "pulumi-nodejs:dynamic/meshroom:Instance",
  plug: "pulumi-nodejs:dynamic/meshroom:Plug",
} as const;
export const meshType = "meshroom:index:Mesh";

/** The provider's whole text as the state keeps it: it names an export and nothing else, so it never changes. */
export function providerText(kind: keyof typeof providerTypes): string {
  return `exports.handler = () => require("pulumi-meshroom/lifecycle").${kind};`;
}

/** What every resource of ours carries for the provider. */
export interface Bookkeeping {
  __provider: string;
  __urn: string;
  /** What is wrong in the tree, ready to print; a resource with a problem is neither created nor changed. */
  __problem?: string;
  /** Name of the mesh, where it stands before the resource's own. */
  __mesh?: string;
}

export interface ProductInputs extends Bookkeeping {
  name: string;
  vendor?: string;
  description?: string;
  /** `produces events (push, format ecs)`, ... */
  capabilities: string[];
}

export interface InstanceInputs extends Bookkeeping {
  name: string;
  product: string;
  settings: Record<string, Json>;
  /** Digest by name of the secrets that are set. */
  secrets?: Record<string, string>;
  /** An {@link InstancePlan}, packed. */
  __plan: string;
  /** Secrets that the program gave as Outputs; encrypted in the state. */
  __givenSecrets?: GivenSecrets;
  __salt?: string;
}

/** Secrets by owner, then by name. */
export type GivenSecrets = Record<string, Record<string, string>>;

/** Where the provider process looks for secrets. */
export interface SecretPlace {
  /** Project folder relative to the Pulumi program's folder. */
  project: string;
  /** The name of the config value that holds the stack's secrets, with the namespace where that is not the project's. */
  secretKey: string;
  /** Names of the secrets that the program gives, by owner: their values come as `__givenSecrets`. */
  given?: Record<string, string[]>;
}

export interface InstancePlan extends SecretPlace {
  secretIds: SecretId[];
}

/** One hook that runs, or may run, for a plug. */
export interface StepInputs {
  side: "source" | "destination";
  kind: "setup" | "teardown" | "status";
  title: string;
  file: string;
  export: string;
  exclusive?: boolean;
  /** Seconds. */
  timeout?: number;
}

/** What the hooks of one end are told. */
export interface EndInputs {
  name: string;
  product: string;
  address: string;
  role: "producer" | "consumer" | "trigger" | "executor";
  integration?: HookIntegration;
  /** Of the instance's settings. */
  nestedSecrets?: NestedSecret[];
  /** Of `src_config` or `dst_config`. */
  nestedConfig?: NestedSecret[];
}

export interface PlugInputs extends Bookkeeping {
  source: string;
  destination: string;
  topic: string;
  mode: string;
  /** Constraints other than the mode. */
  constraints?: Record<string, string>;
  /** Titles of the set-up steps in the order in which they run, each behind the address of its instance. */
  steps: string[];
  settings?: Record<string, Json>;
  sourceConfig?: Record<string, Json>;
  destinationConfig?: Record<string, Json>;
  /** Settings of the two instances: a change sets the plug up again. */
  sourceSettings?: Record<string, Json>;
  destinationSettings?: Record<string, Json>;
  /** Digest by name of the secrets that the plug's hooks may ask for. */
  secrets?: Record<string, string>;
  /** Digest by file of the hooks' code. */
  code: Record<string, string>;
  /** Which of the settings are secret: given encrypted by the stack's config or the program. */
  __secretSettings?: SecretSettings;
  /** A {@link PlugPlan}, packed. */
  __plan: string;
  __givenSecrets?: GivenSecrets;
  __salt?: string;
}

/** What the provider needs to run a plug's hooks and no reviewer needs to see. */
export interface PlugPlan extends SecretPlace {
  name: string;
  /** Relative to the project's root. */
  manifest: string;
  ends: { source: EndInputs; destination: EndInputs };
  steps: StepInputs[];
  /** Files of `code` that only teardown and status hooks use: a change there does not set the plug up again. */
  quietFiles: string[];
  /** The manifest says that another tool has set the plug up: take it over. */
  adopt?: boolean;
  secretIds: SecretId[];
  /** Names of the secrets that must be there before the first step runs. */
  requiredSecrets: string[];
}

/** What is known of a plug that exists, whole or in part. */
export interface PlugOutputs extends PlugInputs {
  /** `plug.settings` as the setup hooks left it. */
  state: Record<string, Json>;
  /** What the setup hooks stored with `plug.setSecret`; encrypted, absent where there is nothing. */
  __secretState?: Record<string, string>;
  /** How many set-up steps are done; fewer than `steps` after a failure. */
  __done: number;
  /** Sides on which a set-up step has been started: teardown runs there. */
  __touched: ("source" | "destination")[];
  /** Git revision of the project when the plug was last set up, `+changes` where files of the project were not committed. */
  revision?: string;
}

/** Outputs that the engine encrypts. (It does so by itself where the input of the same name is secret, as `__givenSecrets`.) */
export const secretOutputs = ["__secretState"];
