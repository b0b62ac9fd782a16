// What a picture shows, without a layout: nodes, edges and groups. Each format is a view of this one model.

/** What has become of a node or an edge between two revisions. */
export type Change = "added" | "removed" | "changed";

/** One fact that a reader may ask for: `url`, `https://siem.example`. */
export interface Fact {
  name: string;
  value: string;
}

/** A place in the tree, relative to the project's root. */
export interface Place {
  file: string;
  line: number;
}

export interface PictureNode {
  /** Unique among the nodes of a picture. */
  id: string;
  label: string;
  kind: "instance" | "product" | "topic";
  /** Id of its group; absent for what belongs to none. */
  group?: string;
  tags: readonly string[];
  /** Stacks that have it; absent where there are none. */
  stacks?: readonly string[];
  facts: readonly Fact[];
  at?: Place;
  change?: Change;
}

export interface PictureEdge {
  /** Unique among the edges of a picture. */
  id: string;
  /** Ids of nodes: data and actions go from one to the other. */
  from: string;
  to: string;
  /** The topic, or in a capability graph what goes along it. */
  label: string;
  topic: string;
  kind: "data" | "action";
  /** The source's role: `producer`, `consumer`, `trigger`, `executor` in a capability graph, the source's in a mesh. */
  role: "producer" | "consumer" | "trigger" | "executor";
  mode?: string;
  /** Stacks that have it; absent where there are none. */
  stacks?: readonly string[];
  /** What keeps the plug from being set up. */
  problem?: string;
  /** Titles of the set-up steps, in order. */
  steps: readonly string[];
  facts: readonly Fact[];
  at?: Place;
  change?: Change;
}

export interface PictureGroup {
  id: string;
  label: string;
}

export interface Picture {
  kind: "mesh" | "capabilities";
  title: string;
  /** For whoever can't see it: how much there is of what. */
  description: string;
  groups: readonly PictureGroup[];
  nodes: readonly PictureNode[];
  edges: readonly PictureEdge[];
}

/** The group of a product: its first tag, else its vendor. */
export function groupOf(product: { tags: readonly string[]; vendor?: string } | undefined): string | undefined {
  return product?.tags[0] ?? product?.vendor;
}

/** The groups that the nodes name, sorted by label. */
export function groupsOf(nodes: readonly PictureNode[]): PictureGroup[] {
  const names = new Set(nodes.flatMap(({ group }) => group ?? []));
  return [...names].sort().map((name) => ({ id: name, label: name }));
}

/** `1 plug`, `3 plugs`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** The part of a picture around some nodes: these, their edges, and what is at the other ends. */
export function around(picture: Picture, ids: ReadonlySet<string>): Picture {
  const edges = picture.edges.filter(({ from, to }) => ids.has(from) || ids.has(to));
  const kept = new Set([...ids, ...edges.flatMap(({ from, to }) => [from, to])]);
  const nodes = picture.nodes.filter(({ id }) => kept.has(id));
  return { ...picture, nodes, edges, groups: groupsOf(nodes) };
}
