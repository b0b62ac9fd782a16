// What a stack says about its mesh: which instances, which settings. Program arguments win over the stack's config.

import * as pulumi from "@pulumi/pulumi";
import { isMapping } from "../base/json";
import { isStatic } from "../base/static";
import { nearest } from "../base/suggest";
import { type Diagnostic, MeshroomError } from "../diagnostic";
import type { Project } from "../model/types";
import { withSecretsMarked } from "./config-in-clear";
import { configPath } from "./config-path";
import type { SettingValues } from "./effective-settings";

/** What a program says of its mesh; what it leaves out is read from the stack's config. */
export interface MeshArgs {
  /** Folder of the Meshroom project, relative to the folder of the Pulumi program. */
  project: string;
  /** Addresses of the instances that this stack has, with the plugs between them; all where absent or `*`. Config: `instances`. */
  instances?: string[];
  /** Values over those of the tree, by instance (or plug name), then by setting; may be Outputs. Config: `settings`. */
  settings?: Record<string, SettingValues>;
  /** Secrets from other resources, by instance, then by name; encrypted in the state. */
  secrets?: Record<string, Record<string, pulumi.Input<string>>>;
  /** Take over plugs whose manifest says `status: up` instead of setting them up; true where absent. Config: `adopt`. */
  adopt?: boolean;
  /**
   * Put the mesh's name before those of its resources, as in `lab/edge`, and before the `plug.name` that hooks name things by: several meshes
   * of one program are told apart by it. Absent: only where a mesh made before has one of the names.
   */
  prefix?: boolean;
  /** Where the stack's values are read; the Pulumi project's own namespace where absent. */
  config?: pulumi.Config;
}

export interface MeshConfig {
  /** Undefined: all. */
  instances: ReadonlySet<string> | undefined;
  settings: Record<string, SettingValues>;
  secrets: Record<string, Record<string, pulumi.Input<string>>>;
  /** Whether a setting comes from the program's arguments, not from the stack's config. */
  isFromProgram(owner: string, setting: string): boolean;
  adopt: boolean;
  /** Whether hook files whose text does not tell what they declare are loaded. */
  computed: "run" | "leave";
  /** Key of the stack's secrets, as the provider process reads it. */
  secretKey: string;
  /** The stack's config file, for messages. */
  file: string;
}

/**
 * Names that the tree does not have are found by {@link checkMeshConfig}.
 * @throws MeshroomError CONFIG_INVALID for an Output where none can be, or a value of another shape
 * @throws Pulumi's ConfigTypeError for config that is no JSON
 */
export function readMeshConfig(args: MeshArgs): MeshConfig {
  const config = args.config ?? new pulumi.Config();
  const chosen = args.instances ?? config.getObject<unknown>("instances");
  const configured = withSecretsMarked(config, "settings", config.getObject<unknown>("settings"));
  refuse([
    ...(isNames(chosen)
      ? []
      : [misshapen("instances", "a list of names", "pulumi config set --path 'instances[0]' NAME")]),
    ...checkOwners("settings", configured),
    ...checkOwners("settings", args.settings),
    ...checkOwners("secrets", args.secrets),
  ]);
  const names = chosen as unknown[] | undefined;
  const settings = { ...(configured as Record<string, SettingValues> | undefined) };
  for (const [owner, values] of Object.entries(args.settings ?? {}))
    settings[owner] = { ...settings[owner], ...values };
  return {
    // A name such as `1` is a number to Pulumi's config.
    instances: names && !names.includes("*") ? new Set(names.map(String)) : undefined,
    settings,
    secrets: args.secrets ?? {},
    isFromProgram: (owner, setting) => Object.hasOwn(args.settings?.[owner] ?? {}, setting),
    adopt: args.adopt ?? config.getBoolean("adopt") ?? true,
    computed: isStatic(process.env) ? "leave" : "run",
    file: `Pulumi.${pulumi.getStack()}.yaml`,
    secretKey: config.name === pulumi.getProject() ? "secrets" : `${config.name}:secrets`,
  };
}

/**
 * What decides which resources there are must be known before any of them is made, and an Output is not. Without types nobody else says so.
 * @throws MeshroomError CONFIG_INVALID
 */
export function refuseOutputs(args: MeshArgs): void {
  const { project, instances, settings, secrets, adopt } = args;
  const places: [string, unknown][] = [
    ["project", project],
    ["adopt", adopt],
    ["prefix", args.prefix],
    ["instances", instances],
    ...membersOf("instances", instances),
    ["settings", settings],
    ...membersOf("settings", settings),
    ["secrets", secrets],
    ...membersOf("secrets", secrets),
  ];
  const found = places.find(([, value]) => isOutput(value))?.[0];
  if (found === undefined) return;
  const isOwner = /^(settings|secrets)\./.test(found);
  refuse([
    {
      code: "CONFIG_INVALID",
      severity: "error",
      summary: `\`${found.replace(/\.\d+$/, "")}\` is given as an Output, which is not known before there are resources`,
      remedy: isOwner
        ? "give each value in it as an Output of its own"
        : "give a plain value, best one of the stack's config (`pulumi config set`)",
    },
  ]);
}

function isOutput(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function membersOf(place: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || isOutput(value)) return [];
  return Object.entries(value).map(([key, member]) => [`${place}.${key}`, member]);
}

function isNames(value: unknown): value is unknown[] | undefined {
  return (
    value === undefined || (Array.isArray(value) && value.every((name) => !isMapping(name) && !Array.isArray(name)))
  );
}

/** `settings` and `secrets` are mappings by owner, each of them a mapping. */
function checkOwners(place: string, value: unknown): Diagnostic[] {
  const path = (...segments: string[]) => `pulumi config set --path '${configPath(place, ...segments)}' VALUE`;
  if (value === undefined) return [];
  if (!isMapping(value))
    return [misshapen(place, "a mapping from instances to their values", path("INSTANCE", "NAME"))];
  return Object.entries(value).flatMap(([owner, values]) =>
    isMapping(values) ? [] : [misshapen(`${place}.${owner}`, "a mapping from names to values", path(owner, "NAME"))],
  );
}

function misshapen(place: string, expected: string, example: string): Diagnostic {
  const summary = `the stack's \`${place}\` is not ${expected}`;
  return { code: "CONFIG_INVALID", severity: "error", summary, remedy: `write it as \`${example}\` does` };
}

function refuse(problems: readonly Diagnostic[]): void {
  if (problems.length > 0) throw new MeshroomError([...problems]);
}

/** Names that the stack mentions and the tree does not have. `plugs` are the names of the tree's plugs. */
export function checkMeshConfig(config: MeshConfig, project: Project, plugs: readonly string[]): Diagnostic[] {
  const addresses = project.instances.map((instance) => instance.address);
  const problems: Diagnostic[] = [];
  const check = (place: string, names: Iterable<string>, known: readonly string[]) => {
    for (const name of names) if (!known.includes(name)) problems.push(unknownName(place, name, known));
  };
  check("instances", config.instances ?? [], addresses);
  check("settings", Object.keys(config.settings), [...addresses, ...plugs]);
  check("secrets", Object.keys(config.secrets), [...addresses, ...plugs]);
  return problems;
}

function unknownName(place: string, name: string, known: readonly string[]): Diagnostic {
  const near = nearest(name, known);
  return {
    code: "CONFIG_INVALID",
    severity: "error",
    summary: `the stack's \`${place}\` names ${JSON.stringify(name)}, which is not in the project`,
    remedy: near ? `did you mean ${near}?` : `the project has: ${known.join(", ") || "no instances"}`,
  };
}
