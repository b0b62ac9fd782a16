// Small projects for the tests of the graph, made of objects: no tree on disk, no loader.
import type { Diagnostic, Location } from "../../provider/src/diagnostic";
import type { EndHooks, PlugEnd, ResolvedPlug } from "../../provider/src/graph/resolve-plug";
import { isResolved, resolvePlug } from "../../provider/src/graph/resolve-plug";
import type { HookDescription, HookKind } from "../../provider/src/model/hook";
import type {
  Capability,
  Constraints,
  Instance,
  Integration,
  Plug,
  Product,
  Project,
  Role,
} from "../../provider/src/model/types";

export function at(file: string, line = 1): Location {
  return { file, line, column: 1 };
}

/** A capability without its product, which {@link product} fills in. */
export function can(role: Role, topic: string | undefined, constraints: Constraints = {}): Capability {
  return { product: "", role, topic, constraints, details: {}, at: at("") };
}

export function product(name: string, capabilities: readonly Capability[], more: Partial<Product> = {}): Product {
  const manifest = `products/${name}/definition.yaml`;
  return {
    name,
    path: `products/${name}`,
    manifest,
    tags: [],
    settings: [],
    capabilities: capabilities.map((one, i) => ({ ...one, product: name, at: at(manifest, i + 2) })),
    integrations: [],
    hookFiles: [],
    extra: {},
    problems: [],
    ...more,
  };
}

export function integration(
  product: string,
  target: string,
  topic: string,
  role: Role,
  constraints: Constraints = {},
): Integration {
  const path = `products/${product}/integrations/${target}`;
  const manifest = `${path}/${[topic, role, ...Object.values(constraints)].join("_")}.yaml`;
  return {
    product,
    target,
    topic,
    role,
    constraints,
    settings: [],
    extra: {},
    path,
    manifest,
    hookFiles: [],
    at: at(manifest),
  };
}

export function instance(product: string, name: string, more: Partial<Instance> = {}): Instance {
  const path = `instances/${product}/${name}`;
  const manifest = `${path}/config.yaml`;
  return {
    name,
    product,
    address: name,
    path,
    manifest,
    settings: {},
    places: {},
    at: at(manifest),
    problems: [],
    ...more,
  };
}

export function plug(topic: string, source: string, destination: string, more: Partial<Plug> = {}): Plug {
  const manifest = `instances/p/${source}/plugs/${destination}/${topic}.yaml`;
  return {
    manifest,
    src_instance: source,
    dst_instance: destination,
    topic,
    kind: undefined,
    constraints: {},
    src_config: {},
    dst_config: {},
    settings: {},
    at: at(manifest),
    problems: [],
    ...more,
  };
}

export function project(products: readonly Product[], instances: readonly Instance[], plugs: readonly Plug[]): Project {
  return {
    root: "/mesh",
    constraints: ["mode", "format", "protocol"],
    products: new Map(products.map((one) => [one.name, one])),
    instances,
    plugs,
    diagnostics: [],
  };
}

export function hook(kind: HookKind, title: string, more: Partial<HookDescription> = {}): HookDescription {
  const file = "products/p/setup.ts";
  return {
    kind,
    file,
    export: title,
    position: 0,
    title,
    ownsBoth: false,
    keepWhenOverloaded: false,
    exclusive: false,
    ...more,
  };
}

export const noHooks: EndHooks = { setup: [], teardown: [], status: [] };

/** A set-up hook with its teardown at every end: what most tests need. */
export function ownHooks({ instance }: PlugEnd): EndHooks {
  return {
    setup: [hook("setup", `Set up ${instance.name}`)],
    teardown: [hook("teardown", `Tear down ${instance.name}`)],
    status: [hook("status", `Look at ${instance.name}`)],
  };
}

/** An EDR instance `edge` that sends events to a SIEM instance `siem`, with the capabilities given. */
export function edgeToSiem(
  edr: readonly Capability[],
  siem: readonly Capability[],
  more: Partial<Plug> = {},
  integrations: { edr?: readonly Integration[]; siem?: readonly Integration[] } = {},
): { project: Project; plug: Plug } {
  const one = plug("events", "edge", "siem", more);
  const products = [
    product("acme-edr", edr, { integrations: integrations.edr ?? [] }),
    product("acme-siem", siem, { integrations: integrations.siem ?? [] }),
  ];
  return {
    project: project(products, [instance("acme-edr", "edge"), instance("acme-siem", "siem")], [one]),
    plug: one,
  };
}

export function resolved(
  project: Project,
  plug: Plug,
  endHooks = ownHooks as (end: PlugEnd) => EndHooks,
): ResolvedPlug {
  const result = resolvePlug(project, plug, endHooks);
  if (!isResolved(result))
    throw new Error(result.problems.map(({ code, summary }) => `${code}: ${summary}`).join("\n"));
  return result;
}

export function problems(
  project: Project,
  plug: Plug,
  endHooks = ownHooks as (end: PlugEnd) => EndHooks,
): Diagnostic[] {
  const result = resolvePlug(project, plug, endHooks);
  if (isResolved(result)) throw new Error(`resolved: ${result.reason}`);
  return result.problems;
}
