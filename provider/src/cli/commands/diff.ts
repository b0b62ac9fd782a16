// `meshroom diff`
import { diffMeshes } from "../../actions/verbs/diff";
import { renderMarkdown } from "../../review/markdown";
import { isEmptyReport } from "../../review/report";
import type { Command } from "../parse/command";
import { renderReport } from "../show/report";
import { writeOutput } from "../show/write-output";

export const command: Command = {
  description:
    "Compares the meshes of two git revisions, stack by stack, and says which flows come, go or change, and why. Nothing of the project is " +
    "run and no engine, tenant or key is asked, so it is safe on a pull request from a stranger.",
  arguments: [
    { name: "base", summary: "a revision; the merge base with the default branch where absent", isOptional: true },
    { name: "head", summary: "another; the working tree where absent", isOptional: true },
  ],
  options: [
    { flags: "--stack <name>", summary: "only this stack; repeatable", isRepeated: true },
    { flags: "--format <format>", summary: "text, or markdown for a comment", choices: ["text", "markdown"] },
    { flags: "-o, --output <file>", summary: "write it to a file instead of the terminal" },
    { flags: "--exit-code", summary: "exit with 1 where anything differs, as git does" },
  ],
  examples: [
    { command: "diff", does: "what this branch changes" },
    { command: "diff HEAD~1 HEAD --stack prod", does: "what the last commit has changed for one stack" },
    { command: "diff origin/main --format markdown -o review.md", does: "for the comment of a pull request" },
  ],
  async run(call) {
    const report = await diffMeshes({
      root: call.root,
      base: call.argument("base"),
      head: call.argument("head"),
      stacks: call.list("stack"),
    });
    const isMarkdown = call.text("format") === "markdown";
    const exitCode = call.flag("exitCode") && !isEmptyReport(report) ? (1 as const) : (0 as const);
    const output = call.text("output");
    const markdown = () => renderMarkdown(report).trimEnd().split("\n");
    if (output === undefined)
      return { json: report, text: (view) => (isMarkdown ? markdown() : renderReport(report, view)), exitCode };
    const plain = {
      columns: undefined,
      widthOf: (text: string) => text.length,
      style: (_: unknown, text: string) => text,
    };
    const lines = isMarkdown
      ? markdown()
      : call.isJson
        ? [JSON.stringify(report, null, 2)]
        : [...renderReport(report, plain)];
    return writeOutput(output, `${lines.join("\n")}\n`, exitCode);
  },
};
