// Plays the hook host for one plug: the contexts of both ends, over one set of settings and secrets.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type {
  HookInstance,
  HookIntegration,
  HookPlug,
  Mode,
  PlugContext,
  Role,
} from "../../provider/src/hooks/imported/api";
import type { PocketSoc } from "./pocket-soc";

const project = join(__dirname, "../../meshroom-project");

export interface TestPlug {
  source: PlugContext;
  destination: PlugContext;
  plug: HookPlug;
  secrets: Map<string, string>;
  logged: string[];
}

interface Ends {
  topic: string;
  mode: Mode;
  roles: readonly [source: Role, destination: Role];
  source: HookInstance;
  destination: HookInstance;
  /** Of the destination's end, relative to the project. */
  integration?: string;
}

export function instanceOf(soc: PocketSoc, name: string, product: string, settings: object = {}): HookInstance {
  return {
    name,
    product,
    settings: { url: soc.urls[name], ...settings },
    secret: async (setting) => {
      const key = setting === "API_KEY" ? soc.keys[name] : undefined;
      if (key === undefined) throw new Error(`no secret ${setting} for ${name}`);
      return key;
    },
  };
}

export function makePlug({ topic, mode, roles, source, destination, integration }: Ends): TestPlug {
  const secrets = new Map<string, string>();
  const logged: string[] = [];
  const write = (message: string) => void logged.push(message);
  const plug: HookPlug = {
    name: `${topic}: ${source.name} -> ${destination.name}`,
    topic,
    mode,
    format: undefined,
    constraints: {},
    source: source.name,
    destination: destination.name,
    src_config: {},
    dst_config: {},
    settings: {},
    secret: async (name) => {
      const value = secrets.get(name);
      if (value === undefined) throw new Error(`no secret ${name} in the plug`);
      return value;
    },
    setSecret: async (name, value) => void secrets.set(name, value),
    deleteSecret: async (name) => void secrets.delete(name),
  };
  const common = { plug, log: { debug: write, info: write, warn: write }, signal: new AbortController().signal };
  return {
    source: { ...common, instance: source, peer: destination, role: roles[0], integration: undefined },
    destination: {
      ...common,
      instance: destination,
      peer: source,
      role: roles[1],
      integration: integration === undefined ? undefined : readIntegration(integration),
    },
    plug,
    secrets,
    logged,
  };
}

function readIntegration(manifest: string): HookIntegration {
  return parse(readFileSync(join(project, manifest), "utf8")) as HookIntegration;
}
