// Hostile text as people are shown it.
import fc from "fast-check";
import { visible, visibleJson, visibleLines } from "../../provider/src/base/visible";

/** Whatever commands a terminal or a CI system, hides, or turns the direction of what is read. */
const hostile = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/u;
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."a:#[]é漢😀 \n\r\t\u001b\u009b\u202e\u2066\ud83d\ude00\ufeff", "::error::", "##[", "##vso["),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
});

test.each([
  ["\u001b[2Kgone", "\\u001b[2Kgone"],
  ["\u001b]0;title\u0007", "\\u001b]0;title\\u0007"],
  ["\u009b1A", "\\u009b1A"],
  ["one\ntwo\rthree", "one\\u000atwo\\u000dthree"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["\u2066hidden\u2069", "\\u2066hidden\\u2069"],
  ["half \ud83d pair", "half \\ud83d pair"],
  ["\u{e0041}", "\\u{e0041}"],
  ["::error::no", "\\u003a:error::no"],
  ["  ::add-mask::x", "  \\u003a:add-mask::x"],
  ["a ##[error]b ##vso[task.complete]", "a \\u0023#[error]b \\u0023#vso[task.complete]"],
  ["a::b ## [link] é 漢 😀\tx", "a::b ## [link] é 漢 😀\tx"],
  ["👨‍👩‍👧 می‌خواهم", "👨‍👩‍👧 می‌خواهم"],
])("%j is shown as %s", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("whatever the text, what is shown commands nothing, and showing it twice is showing it once", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = visible(text);
      expect(shown.replaceAll("\t", "")).not.toMatch(hostile);
      expect(shown).not.toMatch(/^\s*::|##(vso|teamcity)?\[/i);
      expect(visible(shown)).toBe(shown);
    }),
    { numRuns: 2000 },
  );
});

test("the lines of a text end where a terminal would end them", () => {
  expect(visibleLines("a\r\nb\u2028c\u0085d\re\n::f")).toEqual(["a", "b", "c", "d", "e", "\\u003a:f"]);
});

test("JSON means the same", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const indent of [undefined, 2]) {
        const json = visibleJson({ [text]: [text] }, indent);
        expect(json.replaceAll("\n", "")).not.toMatch(hostile);
        expect(json).not.toMatch(/##(vso|teamcity)?\[/i);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
      }
    }),
  );
});
