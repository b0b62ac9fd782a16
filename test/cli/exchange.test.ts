// How what hooks give is shown.
import { itemLine, resultLines } from "../../provider/src/cli/run/run-exchange";

test.each([
  ["a text", "an event\twith a tab, ü", "an event\twith a tab, ü"],
  ["a value", { a: [1] }, '{"a":[1]}'],
  ["several lines", "one\ntwo", '"one\\ntwo"'],
  ["a terminal's commands", "\u001b[2J\u009b31m\u0007", '"\\u001b[2J\\u009b31m\\u0007"'],
  ["a CI system's commands", "::error::no ##[error]no", '"::error::no \\u0023#[error]no"'],
  ["such commands within a value", { text: "\u009b31m" }, '{"text":"\\u009b31m"}'],
])("an item is one line that the terminal only prints: %s", (_, item, line) => {
  expect(itemLine(item)).toBe(line);
});

test("what a hook returns is shown in its lines, none of which commands anything", () => {
  expect(resultLines("a report\n::error::of \u001b[2Jtwo")).toEqual(["a report", "\\u003a:error::of \\u001b[2Jtwo"]);
  expect(resultLines({ text: "\u202e" })).toEqual(['{"text":"\\u202e"}']);
});
