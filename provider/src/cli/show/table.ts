// Tables without lines: columns two spaces apart, cut to the width of a terminal and never in a pipe.
import { visible } from "../../base/visible";
import type { Result } from "../parse/command";
import type { View } from "./view";

export interface Column<Row> {
  title: string;
  /** The cell's text; several values are joined by commas. */
  cell(row: Row): string | number | readonly string[];
  /** Columns that it keeps when the terminal is narrow; 8 where absent. */
  least?: number;
}

const gap = "  ";
const defaultLeast = 8;
/** On a terminal that is too narrow even for those. */
const smallest = 4;

/** The rows as a result: a table, or a word on stderr where there are none. */
export function tableResult<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  empty: string,
  notes: readonly string[],
): Result {
  return {
    json: rows,
    text: (view) => renderTable(view, columns, rows),
    notes: rows.length === 0 ? [empty, ...notes] : notes,
  };
}

/** Rows that are looked at to choose the widths; a longer cell in a later row is cut on a terminal and pushes its row elsewhere. */
const sampleSize = 1000;

/** The lines of a table, title first; none where there are no rows. Takes rows as they come. */
export function* renderTable<Row>(view: View, columns: readonly Column<Row>[], rows: Iterable<Row>): Generator<string> {
  const cellsOf = (row: Row) => columns.map((column) => cellText(column.cell(row)));
  const iterator = rows[Symbol.iterator]();
  const sample: string[][] = [];
  let next = iterator.next();
  for (; !next.done && sample.length < sampleSize; next = iterator.next()) sample.push(cellsOf(next.value));
  if (sample.length === 0) return;
  const titles = columns.map(({ title }) => title.toUpperCase());
  const widths = fit(view, columns, widest(view, [titles, ...sample]));
  yield view.style("bold", joinCells(view, titles, widths));
  for (const cells of sample) yield joinCells(view, cells, widths);
  for (; !next.done; next = iterator.next()) yield joinCells(view, cellsOf(next.value), widths);
}

function widest(view: View, lines: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [index, text] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, view.widthOf(text));
  }
  return widths;
}

function cellText(value: string | number | readonly string[]): string {
  const text = typeof value === "object" ? value.join(", ") : String(value);
  // A manifest's description may hold anything.
  return visible(text.replace(/\s+/g, " ").trim());
}

/** The widths wanted, or where the terminal is too narrow for them, the widest made smaller. */
function fit<Row>(view: View, columns: readonly Column<Row>[], wanted: readonly number[]): number[] {
  if (view.columns === undefined) return [...wanted];
  const available = view.columns - gap.length * (columns.length - 1);
  const fair = shrink(wanted, available, (index) => columns[index]?.least ?? defaultLeast);
  return shrink(fair, available, () => smallest);
}

/** Takes from the widest, column by column, until all fit or none is wider than its least. */
function shrink(wanted: readonly number[], available: number, leastOf: (index: number) => number): number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const shrinkable = widths.map((width, index) => (width > leastOf(index) ? width : 0));
    const widest = shrinkable.indexOf(Math.max(...shrinkable));
    if ((shrinkable[widest] ?? 0) === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function joinCells(view: View, cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((text, index) => {
      const width = widths[index] ?? 0;
      const shown = view.columns === undefined ? text : cut(view, text, width);
      return index === cells.length - 1 ? shown : shown + " ".repeat(Math.max(0, width - view.widthOf(shown)));
    })
    .join(gap)
    .trimEnd();
}

function cut(view: View, text: string, width: number): string {
  if (view.widthOf(text) <= width) return text;
  let shown = "";
  for (const character of text) {
    if (view.widthOf(shown + character) > width - 1) break;
    shown += character;
  }
  return `${shown}…`;
}
