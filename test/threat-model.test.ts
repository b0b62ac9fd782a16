// The threat model of docs/secrets.md: each of its sentences names the test that shows it, and that test is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const repository = join(__dirname, "..");
const page = readFileSync(join(repository, "docs/secrets.md"), "utf8");
const section = page.slice(page.indexOf("## Threat model"), page.indexOf("### What is not promised"));
const rows = section
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:what holds|---)/.test(line))
  .map((line) => {
    const [, sentence = "", shown = ""] = line.split(/\s*\|\s*/);
    return { sentence, shown };
  });

/** The first argument of every `test(...)` and `test.each(...)(...)`, as written. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(repository, file), "utf8"), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:test|whereItHolds)\b/.test(node.expression.getText())) {
      titles.push(node.arguments[0]?.getText().slice(1, -1) ?? "");
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

test.each(rows.map(({ sentence, shown }) => [sentence, shown]))("%s", (sentence, shown) => {
  // One sentence each, so that none hides behind the test of another.
  expect(sentence.match(/\.(?=\s|$)/g)).toHaveLength(1);
  const [, file = "", title = ""] = /^`(test\/[\w/-]+\.test\.ts)`: "(.+)"$/.exec(shown) ?? [];
  expect([shown, existsSync(join(repository, file))]).toEqual([shown, true]);
  expect(titlesIn(file).filter((each) => each.includes(title))).toHaveLength(1);
});

test("nothing is promised without a row", () => {
  const others = section.split("\n").filter((line) => line !== "" && !/^(?:\||#)/.test(line));
  // Who is trusted with what, and where the tests are.
  expect(others.join(" ")).toMatch(
    /^Who is trusted with what: .* \(`test\/threat-model\.test\.ts` holds both together\)\.$/,
  );
  expect(rows.length).toBeGreaterThan(20);
});
