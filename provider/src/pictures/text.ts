// A picture for a terminal: each node with what leaves it and what comes in, in as many columns as there are.

import { visible } from "../base/visible";
import type { Change, Picture, PictureEdge, PictureNode } from "./picture";

/** How text is cut and measured: as a terminal shows it. */
export interface TextRoom {
  /** Columns; undefined in a pipe, which takes any. */
  columns: number | undefined;
  widthOf(text: string): number;
}

const marks: Readonly<Record<Change, string>> = { added: "+", removed: "-", changed: "~" };

/** Lines without newlines. */
export function* renderText(picture: Picture, room: TextRoom): Generator<string> {
  const labels = new Map(picture.nodes.map(({ id, label }) => [id, label]));
  const outgoing = groupEdges(picture.edges, ({ from }) => from);
  const incoming = groupEdges(picture.edges, ({ to }) => to);
  const isMarked = [...picture.nodes, ...picture.edges].some(({ change }) => change !== undefined);
  const mark = (change: Change | undefined) => (isMarked ? `${change ? marks[change] : " "} ` : "");
  const sections = [
    ...picture.groups.map(({ id, label }) => ({
      title: label,
      nodes: picture.nodes.filter((node) => node.group === id),
    })),
    {
      title: picture.groups.length > 0 ? "other" : undefined,
      nodes: picture.nodes.filter(({ group }) => group === undefined),
    },
  ];
  for (const { title, nodes } of sections) {
    if (nodes.length === 0) continue;
    if (title !== undefined) yield cut(room, title.toUpperCase());
    for (const node of nodes) {
      yield cut(room, `${mark(node.change)}${frame(node)}`);
      const out = outgoing.get(node.id) ?? [];
      const into = incoming.get(node.id) ?? [];
      for (const [index, edge] of [...out, ...into].entries()) {
        const branch = index === out.length + into.length - 1 ? "└" : "├";
        const isOut = index < out.length;
        yield cut(
          room,
          `${mark(edge.change)}  ${branch}${isOut ? arrowOut(edge) : arrowIn(edge)}${labels.get(isOut ? edge.to : edge.from)}${tail(edge)}`,
        );
      }
    }
  }
}

function frame({ label, kind }: PictureNode): string {
  return kind === "topic" ? `(${label})` : `[${label}]`;
}

function arrowOut({ label, mode }: PictureEdge): string {
  const line = mode === "pull" ? "┄┄" : "──";
  return label === "" ? `${line}▶ ` : `${line} ${label} ${line}▶ `;
}

function arrowIn({ label, mode }: PictureEdge): string {
  const line = mode === "pull" ? "┄┄" : "──";
  return label === "" ? `◀${line} ` : `◀${line} ${label} ${line} `;
}

function tail({ mode, problem }: PictureEdge): string {
  return `${mode === "pull" ? " (pull)" : ""}${problem === undefined ? "" : " can't be set up"}`;
}

function groupEdges(edges: readonly PictureEdge[], keyOf: (edge: PictureEdge) => string): Map<string, PictureEdge[]> {
  const found = new Map<string, PictureEdge[]>();
  for (const edge of edges) {
    const known = found.get(keyOf(edge));
    if (known) known.push(edge);
    else found.set(keyOf(edge), [edge]);
  }
  return found;
}

function cut({ columns, widthOf }: TextRoom, text: string): string {
  const line = visible(text);
  if (columns === undefined || widthOf(line) <= columns) return line;
  let shown = "";
  for (const character of line) {
    if (widthOf(shown + character) >= columns) break;
    shown += character;
  }
  return `${shown}…`;
}
