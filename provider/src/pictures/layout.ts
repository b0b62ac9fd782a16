// Where everything stands in a drawing, by Graphviz (compiled to WebAssembly, in this process).
// A small picture is drawn node by node, groups around them. A large one is drawn group by group, each with its members in rows, and with
// the edges between two groups as one line: hundreds of nodes stay readable, and the time does not grow with the pairs of nodes.
import { bundle, type Line, lineLabel } from "./lines";
import type { Picture, PictureEdge, PictureNode } from "./picture";

/** In pixels, from the upper left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedLine extends Line {
  /** Of an SVG path. */
  path: string;
  label: string;
  labelAt?: { x: number; y: number };
}

export interface Layout {
  width: number;
  height: number;
  nodes: ReadonlyMap<string, Box>;
  groups: ReadonlyMap<string, Box>;
  lines: readonly PlacedLine[];
}

/** More than this is drawn group by group. */
const smallNodes = 60;
const smallLines = 120;
/** More lines than this take the layered algorithm minutes. */
const layeredLines = 300;

const nodeHeight = 30;
const groupPadding = 14;
const groupTitle = 24;
/** Graphviz counts in points and inches. */
const inch = 72;

// The package is an ES module, which TypeScript lets a CommonJS one name only by how it is loaded.
const loadGraphviz = () => import("@viz-js/viz");
type Viz = Awaited<ReturnType<Awaited<ReturnType<typeof loadGraphviz>>["instance"]>>;
type Graph = Exclude<Parameters<Viz["render"]>[0], string>;
type Node = NonNullable<Graph["nodes"]>[number];
type Edge = NonNullable<Graph["edges"]>[number];
type Subgraph = NonNullable<Graph["subgraphs"]>[number];

/** @returns a layout; equal pictures get equal layouts */
export async function layOut(picture: Picture): Promise<Layout> {
  const { instance } = await loadGraphviz();
  const viz = await instance();
  const lines = bundle(picture.edges, (node) => node);
  const isSmall = picture.nodes.length <= smallNodes && lines.length <= smallLines;
  return isSmall ? layOutNodes(viz, picture, lines) : layOutGroups(viz, picture);
}

/** Wide enough for 13 pixel letters of any common font. */
function nodeWidth(label: string): number {
  return Math.max(60, Math.ceil([...label].length * 7.6) + 24);
}

function layOutNodes(viz: Viz, picture: Picture, lines: readonly Line[]): Layout {
  const nameOf = namer("n");
  const clusterOf = namer("cluster");
  const nodeOf = ({ id, label }: PictureNode): Node => ({
    name: nameOf(id),
    attributes: boxAttributes(nodeWidth(label), nodeHeight),
  });
  const subgraphs: Subgraph[] = picture.groups.map(({ id, label }) => ({
    name: clusterOf(id),
    graphAttributes: {
      label: "M".repeat([...label].length + 2),
      margin: groupPadding,
      fontsize: 14,
      fontname: "Helvetica",
      labeljust: "l",
    },
    nodes: picture.nodes.filter(({ group }) => group === id).map(nodeOf),
  }));
  const drawn = render(viz, "dot", {
    graphAttributes: { rankdir: "LR", nodesep: 0.3, ranksep: 0.9, splines: "true" },
    nodes: picture.nodes.filter(({ group }) => group === undefined).map(nodeOf),
    subgraphs,
    edges: lines.map((line) => edgeOf(line, nameOf)),
  });
  const boxes = new Map(picture.nodes.map(({ id }) => [id, drawn.box(nameOf(id))]));
  const groups = new Map(picture.groups.map(({ id }) => [id, drawn.box(clusterOf(id))]));
  return { ...drawn.size, nodes: boxes, groups, lines: drawn.lines(lines) };
}

function layOutGroups(viz: Viz, picture: Picture): Layout {
  const cells = cellsOf(picture);
  const cellOf = new Map(cells.flatMap((cell) => cell.members.map(({ id }) => [id, cell.id])));
  const lines = bundle(picture.edges, (node) => cellOf.get(node) ?? node);
  const nameOf = namer("c");
  const isLayered = lines.length <= layeredLines;
  const drawn = render(viz, isLayered ? "dot" : "neato", {
    graphAttributes: isLayered
      ? { rankdir: "LR", nodesep: 0.4, ranksep: 1.2, splines: "true", nslimit: 2, mclimit: 0.5 }
      : { overlap: "prism", sep: "+20", splines: "line", maxiter: 300, start: 7 },
    nodes: cells.map(({ id, width, height }) => ({ name: nameOf(id), attributes: boxAttributes(width, height) })),
    edges: lines.map((line) => edgeOf(line, nameOf)),
  });
  const nodes = new Map<string, Box>();
  const groups = new Map<string, Box>();
  for (const cell of cells) {
    const box = drawn.box(nameOf(cell.id));
    if (cell.label !== undefined) groups.set(cell.id, box);
    for (const [index, { id }] of cell.members.entries()) nodes.set(id, memberBox(cell, box, index));
  }
  return { ...drawn.size, nodes, groups, lines: drawn.lines(lines) };
}

/** What is placed as one: a group with its members in rows, or a node alone. */
interface Cell {
  id: string;
  /** Absent for a node alone. */
  label?: string;
  members: readonly PictureNode[];
  columns: number;
  column: number;
  width: number;
  height: number;
}

function cellsOf({ nodes, groups, edges }: Picture): Cell[] {
  const rest = nodes.filter(({ group, kind }) => group === undefined && kind !== "topic");
  const grouped = groups.map(({ id, label }) =>
    groupCell(
      id,
      label,
      nodes.filter(({ group }) => group === id),
    ),
  );
  const own = [...grouped, ...(rest.length > 0 ? [groupCell(otherGroup, otherGroup, rest)] : [])];
  return [
    ...own,
    ...topicCells(
      nodes.filter(({ kind }) => kind === "topic"),
      edges,
      own,
    ),
  ];
}

/** Topics that the same groups give and take stand together: their lines would all be the same. */
function topicCells(topics: readonly PictureNode[], edges: readonly PictureEdge[], groups: readonly Cell[]): Cell[] {
  const cellOf = new Map(groups.flatMap((cell) => cell.members.map(({ id }) => [id, cell.id])));
  const touching = new Map<string, Set<string>>(topics.map(({ id }) => [id, new Set()]));
  for (const { from, to } of edges) {
    touching.get(from)?.add(`to ${cellOf.get(to)}`);
    touching.get(to)?.add(`from ${cellOf.get(from)}`);
  }
  const alike = new Map<string, PictureNode[]>();
  for (const topic of topics) {
    const key = [...(touching.get(topic.id) ?? [])].sort().join();
    alike.set(key, [...(alike.get(key) ?? []), topic]);
  }
  return [...alike.values()].map((members, index) => {
    const [first] = members as [PictureNode];
    return members.length === 1 ? nodeCell(first) : groupCell(`topics ${index}`, "", members);
  });
}

/** Where nodes without tag and vendor stand in a large picture. */
export const otherGroup = "other";

function nodeCell(node: PictureNode): Cell {
  const width = nodeWidth(node.label);
  return { id: node.id, members: [node], columns: 1, column: width, width, height: nodeHeight };
}

function groupCell(id: string, label: string, members: readonly PictureNode[]): Cell {
  const column = Math.max(...members.map((member) => nodeWidth(member.label))) + 8;
  const columns = Math.max(1, Math.round(Math.sqrt((members.length * (nodeHeight + 8)) / column)));
  const rows = Math.ceil(members.length / columns);
  return {
    id,
    label,
    members,
    columns,
    column,
    width: Math.max(columns * column + 2 * groupPadding, nodeWidth(label)),
    height: rows * (nodeHeight + 8) + groupPadding + groupTitle,
  };
}

function memberBox({ label, members, columns, column }: Cell, box: Box, index: number): Box {
  const width = nodeWidth((members[index] as PictureNode).label);
  if (label === undefined) return { ...box, width, height: nodeHeight };
  return {
    x: box.x + groupPadding + (index % columns) * column,
    y: box.y + groupTitle + Math.floor(index / columns) * (nodeHeight + 8),
    width,
    height: nodeHeight,
  };
}

function boxAttributes(width: number, height: number) {
  return { shape: "box", fixedsize: true, width: width / inch, height: height / inch, label: "" };
}

/** Its label is only room for it: the drawing writes the words. */
function edgeOf(line: Line, nameOf: (id: string) => string): Edge {
  const label = "x".repeat([...lineLabel(line)].length);
  return { tail: nameOf(line.from), head: nameOf(line.to), attributes: { id: line.id, label, fontsize: 11 } };
}

/** Names that Graphviz can't misread, for whatever people call things. */
function namer(prefix: string): (id: string) => string {
  const names = new Map<string, string>();
  return (id) => {
    const name = names.get(id) ?? `${prefix}${names.size}`;
    names.set(id, name);
    return name;
  };
}

/** What Graphviz's `json0` says of a node, a cluster or an edge. */
interface Drawn {
  name?: string;
  bb?: string;
  pos?: string;
  lp?: string;
  id?: string;
  width?: string;
  height?: string;
}

function render(viz: Viz, engine: string, graph: Graph) {
  const result = viz.render(graph, { format: "json0", engine });
  if (result.status !== "success")
    throw new Error(`Graphviz: ${result.errors.map(({ message }) => message).join("; ")}`);
  const {
    bb,
    objects = [],
    edges = [],
  } = JSON.parse(result.output) as {
    bb: string;
    objects?: Drawn[];
    edges?: Drawn[];
  };
  const [left = 0, bottom = 0, right = 0, top = 0] = numbers(bb);
  const flip = ({ x, y }: Point): Point => ({ x: round(x - left), y: round(top - y) });
  const named = new Map(objects.map((each) => [each.name, each]));
  const drawnEdges = new Map(edges.map((each) => [each.id, each]));
  return {
    size: { width: round(right - left), height: round(top - bottom) },
    box: (name: string) => boxOf(named.get(name), flip),
    lines: (lines: readonly Line[]): PlacedLine[] =>
      lines.map((line) => {
        const { pos = "", lp } = drawnEdges.get(line.id) ?? {};
        const label = lineLabel(line);
        return { ...line, path: pathOf(pos, flip), label, ...(lp && { labelAt: flip(pointOf(lp)) }) };
      }),
  };
}

interface Point {
  x: number;
  y: number;
}

function boxOf(drawn: Drawn | undefined, flip: (point: Point) => Point): Box {
  if (drawn?.bb) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = numbers(drawn.bb);
    return { ...flip({ x: x1, y: y2 }), width: round(x2 - x1), height: round(y2 - y1) };
  }
  const middle = pointOf(drawn?.pos ?? "0,0");
  const [width, height] = [Number(drawn?.width ?? 0) * inch, Number(drawn?.height ?? 0) * inch];
  return { ...flip({ x: middle.x - width / 2, y: middle.y + height / 2 }), width: round(width), height: round(height) };
}

/** Graphviz writes `e,x,y` (where the arrow's head is), then the control points of Bézier curves. */
function pathOf(pos: string, flip: (point: Point) => Point): string {
  const parts = pos.split(" ").filter((part) => part !== "");
  const end = parts.find((part) => part.startsWith("e,"));
  const points = parts.filter((part) => !/^[es],/.test(part)).map((part) => flip(pointOf(part)));
  const [start, ...rest] = points;
  if (!start) return "";
  const write = ({ x, y }: Point) => `${x} ${y}`;
  const last = end ? ` L${write(flip(pointOf(end.slice(2))))}` : "";
  return `M${write(start)} C${rest.map(write).join(" ")}${last}`;
}

function pointOf(text: string): Point {
  const [x = 0, y = 0] = numbers(text);
  return { x, y };
}

function numbers(text: string): number[] {
  return text.split(",").map(Number);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
