// The mesh as a picture: instances, and the plugs between them.
import type { Constraints, Instance, Plug, PlugKind, Project } from "../model/types";
import { count, type Fact, groupOf, groupsOf, type Picture, type PictureEdge, type PictureNode } from "./picture";

/** A plug as far as it could be resolved. */
export interface DrawnPlug {
  plug: Plug;
  /** Its name in the engine's state. */
  name: string;
  kind: PlugKind | undefined;
  /** `mode` and every other constraint. */
  constraints: Constraints;
  /** Titles of the set-up steps, each behind its instance. */
  steps: readonly string[];
  problem?: string;
}

/** Values by name; those of secrets are not among them. */
export type ShownSettings = (instance: Instance) => Readonly<Record<string, unknown>>;

/** A plug whose end is no instance of the project leads to a node that says so, with its problem. */
export function drawMesh(project: Project, plugs: readonly DrawnPlug[], shown: ShownSettings): Picture {
  const nodes = project.instances.map((instance) => instanceNode(project, instance, shown(instance)));
  const known = new Set(nodes.map(({ id }) => id));
  const missing = new Set(plugs.flatMap(({ plug }) => [plug.src_instance, plug.dst_instance]));
  for (const address of known) missing.delete(address);
  const all = [...nodes, ...[...missing].sort().map(missingNode)];
  const edges = plugs.map(plugEdge);
  return {
    kind: "mesh",
    title: "Mesh",
    description: `${count(all.length, "instance")} and ${count(edges.length, "plug")}`,
    groups: groupsOf(all),
    nodes: all,
    edges,
  };
}

function instanceNode(
  project: Project,
  { address, product, manifest, at }: Instance,
  settings: Readonly<Record<string, unknown>>,
): PictureNode {
  const made = project.products.get(product);
  return {
    id: address,
    label: address,
    kind: "instance",
    group: groupOf(made),
    tags: made?.tags ?? [],
    facts: [{ name: "product", value: product }, ...factsOf(settings)],
    at: { file: manifest, line: at.line },
  };
}

function missingNode(address: string): PictureNode {
  return {
    id: address,
    label: address,
    kind: "instance",
    tags: [],
    facts: [{ name: "problem", value: "there is no such instance" }],
  };
}

function plugEdge({ plug, name, kind = plug.kind ?? "data", constraints, steps, problem }: DrawnPlug): PictureEdge {
  const { mode = "push", ...others } = constraints;
  return {
    id: name,
    from: plug.src_instance,
    to: plug.dst_instance,
    label: plug.topic,
    topic: plug.topic,
    kind,
    role: kind === "data" ? "producer" : "trigger",
    mode,
    problem,
    steps,
    facts: [{ name: "mode", value: mode }, ...factsOf(others), ...factsOf(plug.settings)],
    at: { file: plug.manifest, line: plug.at.line },
  };
}

/** Each value as a reader would write it. */
function factsOf(values: Readonly<Record<string, unknown>>): Fact[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));
}
