// Tables: whole in a pipe, cut to a terminal, and never longer than it.
import fc from "fast-check";
import { type Column, renderTable } from "../../provider/src/cli/show/table";
import type { View } from "../../provider/src/cli/show/view";

const view = (columns?: number): View => ({ columns, widthOf: (text) => [...text].length, style: (_, text) => text });

const columns: readonly Column<string[]>[] = [
  { title: "first", cell: ([first = ""]) => first },
  { title: "second", cell: ([, second = ""]) => second, least: 12 },
  { title: "third", cell: ([, , ...rest]) => rest },
];

test("columns are as wide as their widest cell", () => {
  expect([
    ...renderTable(view(), columns, [
      ["a", "b", "c", "d"],
      ["long value", "", "x"],
    ]),
  ]).toEqual(["FIRST       SECOND  THIRD", "a           b       c, d", "long value          x"]);
});

test("no rows are no table", () => {
  expect([...renderTable(view(80), columns, [])]).toEqual([]);
});

test("what a manifest holds can't move the cursor", () => {
  expect([...renderTable(view(), columns, [["a\u001b[2Jb\r\nc", "", ""]])][1]).toBe("a\\u001b[2Jb c");
});

test("no line is longer than the terminal, and rows are taken as they come", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.string({ maxLength: 60 }), { minLength: 3, maxLength: 5 }), { minLength: 1 }),
      fc.integer({ min: 16, max: 120 }),
      (rows, width) => {
        const lines = [...renderTable(view(width), columns, rows)];
        expect(lines).toHaveLength(rows.length + 1);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("the first rows are shown before the last are known", () => {
  let taken = 0;
  function* endless() {
    for (;;) {
      taken++;
      yield ["a", "b", "c"];
    }
  }
  const lines = renderTable(view(), columns, endless());
  lines.next();
  lines.next();
  expect(taken).toBeLessThan(2000);
});
