// Lines out of a stream of text, however it is cut into chunks and however long a line is.
import fc from "fast-check";
import { lineReader } from "../../provider/src/hooks/hosts/protocol";

function linesOf(chunks: readonly string[], limit?: number): string[] {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line), limit);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

test("lines do not depend on where the chunks end", () => {
  const text = fc.string({ maxLength: 40, unit: fc.constantFrom("a", "b", "\n") });
  fc.assert(
    fc.property(fc.array(text), (chunks) => {
      const whole = chunks.join("").split("\n");
      if (whole.at(-1) === "") whole.pop();
      expect(linesOf(chunks)).toEqual(whole);
    }),
  );
});

test("of a line beyond the limit only its start is held, and the next line is whole", () => {
  const million = "x".repeat(1e6);
  expect(linesOf([...Array(100).fill(million), "\nnext\n"], 10)).toEqual(["x".repeat(10), "next"]);
  expect(linesOf(["abc", "def", "ghi\njk"], 4)).toEqual(["abcd", "jk"]);
});
