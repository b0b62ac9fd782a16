// The capability graph as a picture: which products could talk about what. A topic is a node between those that send and those that
// receive, so that the picture grows with the capabilities and not with the pairs of products that match.
import { describeConstraints } from "../base/words";
import type { Capability, Product } from "../model/types";
import { count, groupOf, groupsOf, type Picture, type PictureEdge, type PictureNode } from "./picture";

const anyTopic = "any topic";

/** Capabilities of one product, role and topic are one edge, whatever their constraints. Linear in the number of capabilities. */
export function drawCapabilities(products: Iterable<Product>): Picture {
  const nodes: PictureNode[] = [];
  const topics = new Map<string, PictureNode>();
  const edges: PictureEdge[] = [];
  for (const product of products) {
    nodes.push(productNode(product));
    for (const group of bundles(product.capabilities)) {
      const edge = capabilityEdge(product.name, group);
      edges.push(edge);
      const hub = edge.from === productId(product.name) ? edge.to : edge.from;
      if (!topics.has(hub)) topics.set(hub, topicNode(hub, edge));
    }
  }
  const number = nodes.length;
  nodes.push(...[...topics.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
  return {
    kind: "capabilities",
    title: "Capability graph",
    description: `${count(number, "product")} and ${count(topics.size, "topic")}`,
    groups: groupsOf(nodes),
    nodes,
    edges,
  };
}

/** The id of a product in a capability graph. */
export function productId(name: string): string {
  return `product ${name}`;
}

function productNode(product: Product): PictureNode {
  const { name, vendor, description, tags, manifest } = product;
  const facts = [
    ...(vendor ? [{ name: "vendor", value: vendor }] : []),
    ...(description ? [{ name: "description", value: description }] : []),
  ];
  return {
    id: productId(name),
    label: name,
    kind: "product",
    group: groupOf(product),
    tags,
    facts,
    ...(manifest && { at: { file: manifest, line: 1 } }),
  };
}

function topicNode(id: string, { topic, kind }: PictureEdge): PictureNode {
  return { id, label: topic, kind: "topic", tags: [], facts: [{ name: "carries", value: kind }] };
}

function bundles(capabilities: readonly Capability[]): Iterable<[Capability, ...Capability[]]> {
  const found = new Map<string, [Capability, ...Capability[]]>();
  for (const capability of capabilities) {
    const key = `${capability.role} ${capability.topic ?? ""}`;
    const known = found.get(key);
    if (known) known.push(capability);
    else found.set(key, [capability]);
  }
  return found.values();
}

function capabilityEdge(product: string, capabilities: readonly [Capability, ...Capability[]]): PictureEdge {
  const [{ role, topic = anyTopic, at }] = capabilities;
  const kind = role === "producer" || role === "consumer" ? "data" : "action";
  const [own, hub] = [productId(product), `${kind} ${topic}`];
  const isSource = role === "producer" || role === "trigger";
  const variants = [...new Set(capabilities.map(({ constraints }) => describeConstraints(constraints)))];
  return {
    id: `${product} ${role} ${topic}`,
    from: isSource ? own : hub,
    to: isSource ? hub : own,
    label: variants.filter((variant) => variant !== "").join("; "),
    topic,
    kind,
    role,
    steps: [],
    facts: variants.map((variant) => ({ name: role, value: variant === "" ? "any mode and format" : variant })),
    at: { file: at.file, line: at.line },
  };
}
