// `meshroom graph --stats` as text.
import { meshroomCommand } from "../../base/words";
import type { Density } from "../../graph/density";
import { type Column, renderTable } from "./table";
import type { View } from "./view";

/** Rows of each table; `--json` has all. */
const shown = 10;

export function* renderDensity(density: Density, view: View): Generator<string> {
  const { products, pairs } = density;
  yield `density ${percent(density.density)}: ${pairs} of ${products * Math.max(0, products - 1)} ordered pairs of ${products} products can talk`;
  yield* table(view, "by topic", density.topics, [
    { title: "topic", cell: ({ topic }) => topic },
    { title: "kind", cell: ({ kind }) => kind },
    { title: "sources", cell: ({ sources }) => sources },
    { title: "destinations", cell: ({ destinations }) => destinations },
    { title: "pairs", cell: (each) => each.pairs },
  ]);
  yield* table(view, "by tag", density.tags, [
    { title: "tag", cell: ({ tag }) => tag },
    { title: "products", cell: (each) => each.products },
    { title: "pairs", cell: (each) => each.pairs },
    { title: "density", cell: (each) => percent(each.density) },
  ]);
  yield* table(view, "products that open most", density.openers, [
    { title: "product", cell: ({ product }) => product },
    { title: "sends to", cell: ({ sendsTo }) => sendsTo },
    { title: "receives from", cell: ({ receivesFrom }) => receivesFrom },
  ]);
  yield* table(view, "capabilities that no other product takes", density.unmatched, [
    { title: "product", cell: ({ product }) => product },
    { title: "role", cell: ({ role }) => role },
    { title: "topic", cell: ({ topic }) => topic ?? "any" },
    { title: "at", cell: ({ at }) => `${at.file}:${at.line}` },
  ]);
  yield* table(view, "what one more capability would open", density.suggestions, [
    { title: "plugs", cell: ({ opens }) => opens },
    {
      title: "command",
      cell: ({ product, topic, role }) => meshroomCommand("create capability", [product, topic, role]),
    },
  ]);
  yield* table(view, "what one more integration would open", density.integrations, [
    { title: "plugs", cell: ({ opens }) => opens },
    {
      title: "command",
      cell: ({ product, target, topic, role }) => meshroomCommand("create integration", [product, target, topic, role]),
    },
  ]);
}

function* table<Row>(
  view: View,
  title: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): Generator<string> {
  if (rows.length === 0) return;
  yield "";
  yield rows.length > shown ? `${title} (the first ${shown} of ${rows.length})` : title;
  yield* renderTable(view, columns, rows.slice(0, shown));
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
