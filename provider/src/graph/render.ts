// Plugs, the mesh and the capability graph as text that people read.

import { describeConstraints } from "../base/words";
import type { Capability, Plug, Project, Role } from "../model/types";
import type { CapabilityGraph } from "./capability-graph";
import { setUpOrder } from "./order";
import type { ResolvedPlug } from "./resolved-plug";

const headings: readonly (readonly [Role, string])[] = [
  ["producer", "produced by"],
  ["consumer", "consumed by"],
  ["trigger", "triggered by"],
  ["executor", "executed by"],
];

/**
 * The name of a plug, unique in a project and stable as long as its manifest is not moved:
 * `<stem of the manifest>: <source> -> <destination>`.
 */
export function plugName(of: Plug | ResolvedPlug): string {
  const plug = "plug" in of ? of.plug : of;
  const file = plug.manifest.slice(plug.manifest.lastIndexOf("/") + 1);
  return `${file.replace(/\.ya?ml$/, "")}: ${plug.src_instance} -> ${plug.dst_instance}`;
}

/** A resolved plug: what it connects, who sets it up and why, and the set-up steps in order. No final newline. */
export function renderPlug(resolved: ResolvedPlug): string {
  const { source, destination } = resolved;
  const ends = `${source.instance.address} -> ${destination.instance.address}`;
  const width = String(resolved.setup.length).length;
  return [
    `${resolved.topic}: ${ends} (${describeConstraints(resolved.constraints)})`,
    `  ${resolved.reason}`,
    ...resolved.setup.map(({ instance, hook }, i) => `  ${String(i + 1).padStart(width)} ${instance}: ${hook.title}`),
  ].join("\n");
}

/** Every topic with the products that take part in it, a line per capability. No final newline. */
export function renderCapabilityGraph(graph: CapabilityGraph): string {
  const named = graph.topics().map((topic) => {
    const capabilities = graph.byTopic(topic).filter((capability) => capability.topic === topic);
    return renderTopic(topic, capabilities);
  });
  const any = graph.forAnyTopic().length > 0 ? [renderTopic("any topic", graph.forAnyTopic())] : [];
  return [...named, ...any].join("\n");
}

function renderTopic(title: string, capabilities: readonly Capability[]): string {
  const lines = headings.flatMap(([role, heading]) =>
    capabilities
      .filter((capability) => capability.role === role)
      .map(({ product, constraints }) => `  ${heading} ${withConstraints(product, constraints)}`),
  );
  return [title, ...lines].join("\n");
}

/** Every instance with the plugs that start at it. Plugs of the project that are not among `resolved` are marked. No final newline. */
export function renderMesh(project: Project, resolved: readonly ResolvedPlug[]): string {
  const known = new Map(setUpOrder(resolved).map((one) => [one.plug.manifest, one]));
  const lines = project.instances.flatMap(({ address, product }) => [
    `${address} (${product})`,
    ...project.plugs
      .filter((plug) => plug.src_instance === address)
      .map((plug) => `  ${renderArrow(plug, known.get(plug.manifest))}`),
  ]);
  return lines.join("\n");
}

function renderArrow(plug: Plug, resolved: ResolvedPlug | undefined): string {
  const arrow = `${plug.topic} -> ${plug.dst_instance}`;
  if (!resolved) return `${withConstraints(arrow, plug.constraints)} unresolved`;
  return withConstraints(arrow, resolved.constraints);
}

function withConstraints(text: string, constraints: Capability["constraints"]): string {
  const described = describeConstraints(constraints);
  return described ? `${text} (${described})` : text;
}
