// Edges that are drawn as one line: those between the same two places, of one kind and with one fate.
import type { Change, PictureEdge } from "./picture";

export interface Line {
  id: string;
  from: string;
  to: string;
  kind: PictureEdge["kind"];
  /** Every edge on it is pulled by its destination. */
  isPull: boolean;
  /** One of its edges can't be set up. */
  isBroken: boolean;
  change?: Change;
  edges: readonly PictureEdge[];
}

/** `place` says where an edge's end is drawn: its node, or the group that stands for it. Edges within one place are left out. */
export function bundle(edges: readonly PictureEdge[], place: (node: string) => string): Line[] {
  const found = new Map<string, PictureEdge[]>();
  for (const edge of edges) {
    const [from, to] = [place(edge.from), place(edge.to)];
    if (from === to && edge.from !== edge.to) continue;
    const key = JSON.stringify([from, to, edge.kind, edge.mode === "pull", edge.change]);
    const known = found.get(key);
    if (known) known.push(edge);
    else found.set(key, [edge]);
  }
  return [...found.values()].map((bundled, index) => lineOf(bundled, index, place));
}

function lineOf(edges: PictureEdge[], index: number, place: (node: string) => string): Line {
  const [first] = edges as [PictureEdge];
  return {
    id: `line${index}`,
    from: place(first.from),
    to: place(first.to),
    kind: first.kind,
    isPull: first.mode === "pull",
    isBroken: edges.some(({ problem }) => problem !== undefined),
    ...(first.change && { change: first.change }),
    edges,
  };
}

const longest = 40;

/** What a line is labelled with: its edges' labels, or how many there are where that is too long. */
export function lineLabel({ edges, change }: Line): string {
  const marks = { added: "+ ", removed: "− ", changed: "~ " } as const;
  const labels = [...new Set(edges.map(({ label }) => label).filter((label) => label !== ""))];
  const text = labels.join(", ");
  const shown =
    text.length <= longest ? text : labels.length === 1 ? `${text.slice(0, longest - 1)}…` : String(edges.length);
  return `${change ? marks[change] : ""}${shown}`.trimEnd();
}
