// Each sentence of the threat model has the test that it names.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const rows = [
  ...readFileSync(join(root, "docs/secrets.md"), "utf8").matchAll(/^\| (.+?) \| `(test\/[^`]+)`: (.+?) \|$/gm),
];

test("there are such sentences", () => expect(rows.length).toBeGreaterThan(10));

test.each(rows.map(([, sentence = "", file = "", name = ""]) => [sentence, file, name] as const))(
  "%s",
  (_, file, name) => {
    const source = readFileSync(join(root, file), "utf8").replaceAll("\\'", "'");
    const titles = [...source.matchAll(/(?:test|it|whereItHolds)(?:\.each\([\s\S]*?\])?\)?\(\s*(["'`])(.+?)\1,/g)].map(
      (match) => match[2],
    );
    expect(titles.some((title) => title?.includes(name))).toBe(true);
  },
);
