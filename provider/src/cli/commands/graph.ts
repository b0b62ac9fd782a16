// `meshroom graph`
import { drawGraph, measureGraph } from "../../actions/verbs/draw-graph";
import { type PictureFormat, pictureFormats, renderPicture } from "../../pictures/render";
import { renderText } from "../../pictures/text";
import { type Call, type Command, type Result, UsageError } from "../parse/command";
import { renderDensity } from "../show/density";
import { problemNote } from "../show/problem-note";
import { writeOutput } from "../show/write-output";

export const command: Command = {
  description:
    "Draws the instances and plugs of the mesh, or with --capabilities the products and what they could talk about. " +
    "No engine, tenant or key is needed. svg and html are files of their own: html has search, filters and details, and works offline.",
  options: [
    {
      flags: "--format <format>",
      summary: "what it is drawn as; text where absent",
      choices: ["text", ...pictureFormats],
    },
    { flags: "--capabilities", summary: "draw the capability graph instead of the mesh" },
    { flags: "--around <name>", summary: "only this instance (with --capabilities: product) and its neighbours" },
    { flags: "--stack <name>", summary: "only what this stack has, by its config file" },
    { flags: "--diff <base>", summary: "mark what has changed since this git revision" },
    { flags: "--stats", summary: "how dense the capability graph is, and what would open most" },
    { flags: "-o, --output <file>", summary: "write it to a file instead of the terminal" },
  ],
  examples: [
    { command: "graph", does: "the mesh in the terminal" },
    { command: "graph --format html -o mesh.html", does: "a page to look around in" },
    { command: "graph --capabilities --around siem", does: "what a product could be connected to" },
    { command: "graph --diff main --format html -o review.html", does: "what has changed, in colours" },
    { command: "graph --stats", does: "how dense the capability graph is" },
  ],
  async run(call) {
    if (call.flag("stats")) return showDensity(call);
    const { picture, project } = await drawGraph({
      root: call.root,
      isOfCapabilities: call.flag("capabilities"),
      around: call.text("around"),
      stack: call.text("stack"),
      base: call.text("diff"),
    });
    const format = call.text("format") ?? "text";
    const output = call.text("output");
    const notes = problemNote(project);
    if (format === "text" && output === undefined) {
      return { json: picture, text: (view) => renderText(picture, view), notes };
    }
    const text = await drawAs(picture, format);
    if (output === undefined) return { json: picture, text: () => [text.trimEnd()], notes };
    return writeOutput(output, text);
  },
};

async function drawAs(picture: Parameters<typeof renderText>[0], format: string): Promise<string> {
  if (format !== "text") return renderPicture(picture, format as PictureFormat);
  const { default: widthOf } = await import("fast-string-width");
  return `${[...renderText(picture, { columns: undefined, widthOf: (text) => widthOf(text) })].join("\n")}\n`;
}

function showDensity(call: Call): Result {
  for (const option of ["format", "around", "output", "stack", "diff"])
    if (call.text(option) !== undefined) throw new UsageError(`--stats does not go together with --${option}`);
  const density = measureGraph(call.root);
  return { json: density, text: (view) => renderDensity(density, view) };
}
