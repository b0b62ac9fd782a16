// How what hooks give is shown.
import { itemLine } from "../../provider/src/cli/run/run-exchange";

test.each([
  ["a text", "an event\twith a tab, ü", "an event\twith a tab, ü"],
  ["a value", { a: [1] }, '{"a":[1]}'],
  ["several lines", "one\ntwo", '"one\\ntwo"'],
  ["a terminal's commands", "\u001b[2J\u009b31m\u0007", '"\\u001b[2J\\u009b31m\\u0007"'],
  ["such commands within a value", { text: "\u009b31m" }, '{"text":"\\u009b31m"}'],
])("an item is one line that the terminal only prints: %s", (_, item, line) => {
  expect(itemLine(item)).toBe(line);
});
