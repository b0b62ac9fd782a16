// Two pictures of one mesh as one: what is added, removed and changed between them.
import { isDeepStrictEqual } from "node:util";
import { type Change, groupsOf, type Picture } from "./picture";

/** All of `after`, and what has left `before`, each with what has become of it. Nodes and edges are the same where their ids are. */
export function compare(before: Picture, after: Picture): Picture {
  const nodes = merge(before.nodes, after.nodes);
  return { ...after, nodes, edges: merge(before.edges, after.edges), groups: groupsOf(nodes) };
}

function merge<T extends { id: string; at?: unknown; change?: Change }>(
  before: readonly T[],
  after: readonly T[],
): T[] {
  const olds = new Map(before.map((each) => [each.id, each]));
  const marked = after.map((each) => {
    const old = olds.get(each.id);
    olds.delete(each.id);
    if (!old) return { ...each, change: "added" as const };
    return isSame(old, each) ? each : { ...each, change: "changed" as const };
  });
  return [...marked, ...[...olds.values()].map((each) => ({ ...each, change: "removed" as const }))];
}

/** A manifest whose lines have moved says the same. */
function isSame<T extends { at?: unknown }>({ at: _, ...one }: T, { at: __, ...other }: T): boolean {
  return isDeepStrictEqual(one, other);
}
