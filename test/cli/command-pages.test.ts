// docs/commands has a page for each command, which says what `--help` says. `UPDATE_GOLDEN=1` writes them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entries, groups, loadCommand } from "../../provider/src/cli/parse/registry";
import { meshroom } from "./transcript";

const folder = join(__dirname, "../../docs/commands");
const shown = entries.filter(({ isHidden }) => !isHidden);
const pageOf = (name: string) => `${name.replaceAll(" ", "-")}.md`;

/** Compares a page with what it should be, or writes it. */
function check(file: string, text: string): void {
  const path = join(folder, file);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
  } else expect(readFileSync(path, "utf8")).toBe(text);
}

function helpOf(name: string): string {
  return execFileSync(process.execPath, [meshroom, ...name.split(" ").filter(Boolean), "--help"], { encoding: "utf8" });
}

test.each(shown.map(({ name }) => name))("%s", (name) => {
  check(pageOf(name), `# meshroom ${name}\n\n\`\`\`text\n${helpOf(name)}\`\`\`\n`);
});

test("the list of all commands", () => {
  const sections = Object.entries(groups).map(([group, title]) => {
    const rows = shown
      .filter((entry) => entry.group === group)
      .map(({ name, summary }) => `| [${name}](${pageOf(name)}) | ${summary} |`);
    return [`## ${title}`, "", "| command | what it does |", "|---|---|", ...rows, ""].join("\n");
  });
  const help = helpOf("");
  const text = ["# Commands", "", "```text", help.trimEnd(), "```", "", ...sections].join("\n");
  check("README.md", `${text.trimEnd()}\n`);
});

test("no page is of a command that there isn't", () => {
  expect(readdirSync(folder).sort()).toEqual([...shown.map(({ name }) => pageOf(name)), "README.md"].sort());
});

test.each(entries.map((entry) => [entry.name, entry] as const))("%s is explained in one style", (_, entry) => {
  const command = loadCommand(entry);
  expect(entry.summary).toMatch(/^[a-z].*[^.]$/);
  expect(command.examples.length).toBeGreaterThan(0);
  const name = entry.name.replaceAll("-", "\\-");
  for (const example of command.examples) expect(example.command).toMatch(new RegExp(`(^|[|] meshroom )${name}\\b`));
  for (const { summary } of [...(command.arguments ?? []), ...(command.options ?? [])]) {
    expect(summary).toMatch(/^[^A-Z].*[^.]$/);
  }
});
