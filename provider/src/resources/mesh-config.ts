// What a stack says about its mesh: which instances, which settings. Program arguments win over the stack's config.
import * as pulumi from "@pulumi/pulumi";
import { isStatic } from "../base/static";
import { nearest } from "../base/suggest";
import type { Diagnostic } from "../diagnostic";
import type { Project } from "../model/types";
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
  /** Where the stack's values are read; the Pulumi project's own namespace where absent. */
  config?: pulumi.Config;
}

export interface MeshConfig {
  /** Undefined: all. */
  instances: ReadonlySet<string> | undefined;
  settings: Record<string, SettingValues>;
  secrets: Record<string, Record<string, pulumi.Input<string>>>;
  adopt: boolean;
  /** Whether hook files whose text does not tell what they declare are loaded. */
  computed: "run" | "leave";
  /** Key of the stack's secrets, as the provider process reads it. */
  secretKey: string;
}

/** @throws MeshroomError never; problems are returned by {@link checkMeshConfig}. @throws Pulumi's ConfigTypeError for values of the wrong type */
export function readMeshConfig(args: MeshArgs): MeshConfig {
  const config = args.config ?? new pulumi.Config();
  const chosen = args.instances ?? config.getObject<string[]>("instances");
  const settings = { ...config.getObject<Record<string, SettingValues>>("settings") };
  for (const [owner, values] of Object.entries(args.settings ?? {}))
    settings[owner] = { ...settings[owner], ...values };
  return {
    instances: chosen && !chosen.includes("*") ? new Set(chosen) : undefined,
    settings,
    secrets: args.secrets ?? {},
    adopt: args.adopt ?? config.getBoolean("adopt") ?? true,
    computed: isStatic(process.env) ? "leave" : "run",
    secretKey: config.name === pulumi.getProject() ? "secrets" : `${config.name}:secrets`,
  };
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
