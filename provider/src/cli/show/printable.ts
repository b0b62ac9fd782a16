// The last place before a terminal or a CI log: of whatever is printed, only our own styles reach it as they are.
import { visible } from "../../base/visible";

/** What `View.style` writes: bold, dim, italic, underlined, colours, and their ends. */
const style = /(\u001b\[(?:0|[1-4]|2[1-4]|3\d|9[0-7])m)/;

/** `text`, which may be several lines, as it can be printed. */
export function printable(text: string): string {
  const lines = text.split("\n").map((line) =>
    line
      .split(style)
      .map((part, index) => (index % 2 === 0 ? visible(part) : part))
      .join(""),
  );
  return lines.join("\n");
}
