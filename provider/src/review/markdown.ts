// A report as Markdown for the comment of a pull request: a headline, a table of flows, a picture, and the details folded.
import { visible } from "../base/visible";
import { bundle } from "../pictures/lines";
import { renderMermaid } from "../pictures/mermaid";
import { groupsOf, type Picture, type PictureEdge, type PictureNode } from "../pictures/picture";
import { isInClear, words } from "./compare-meshes";
import { type Flow, headline, isEmptyReport, isUnchanged, type MeshChanges, type Report } from "./report";

/** By which the next push finds the comment that it replaces. */
export const commentMarker = "<!-- meshroom-review -->";

/** GitHub takes 65,536 characters; what is above is left out, the details first. */
const most = 60_000;
/** Lines that a picture may have to be looked at. */
const drawable = 60;

/** Ends with a newline. Never longer than 60,000 characters. */
export function renderMarkdown(report: Report): string {
  const top = [commentMarker, "## Security flows", ""];
  if (isEmptyReport(report))
    return [...top, `Nothing changes from ${code(report.base)} to ${code(report.head)}.`, ""].join("\n");
  const recipients = recipientLines(report);
  const full = report.stacks.map((each) => section(each));
  const short = report.stacks.map((each) => section(each, { isShort: true }));
  const join = (sections: readonly string[]) => [...top, ...recipients, ...sections].join("\n");
  const whole = join(full);
  if (whole.length <= most) return `${whole}\n`;
  const cut = join(short);
  const note = "\n\n_Shortened: the complete report is what `meshroom diff` prints._\n";
  if (cut.length <= most - note.length) return `${cut}${note}`;
  // A line that is cut in the middle could leave a table or a quotation open.
  const lines = cut
    .slice(0, most - note.length - 20)
    .split("\n")
    .slice(0, -1);
  const isInDetails =
    lines.filter((line) => line === "<details>").length > lines.filter((line) => line === "</details>").length;
  return `${lines.join("\n")}${isInDetails ? "\n\n</details>" : ""}${note}`;
}

function recipientLines({ recipients: { added, removed } }: Report): string[] {
  const said = [
    ...(added.length > 0
      ? [`> [!WARNING]\n> \`secrets.gpg\` can be read by ${added.map(code).join(", ")} from now on.`]
      : []),
    ...(removed.length > 0
      ? [`\`secrets.gpg\` is no longer written for ${removed.map(code).join(", ")}; what they have read they keep.`]
      : []),
  ];
  return said.flatMap((line) => [line, ""]);
}

function section(changes: Report["stacks"][number], { isShort = false } = {}): string {
  const title = changes.stack === undefined ? [] : [`### Stack ${code(changes.stack)}`, ""];
  const said = [`**${capital(headline(changes))}**`, ""];
  if (isUnchanged(changes)) return [...title, ...said].join("\n");
  const risks = changes.risks.map(({ kind, says }) => `- **${kind}**: ${text(says)}`);
  return [
    ...title,
    ...said,
    ...(risks.length > 0 ? [...risks, ""] : []),
    ...flowTable(changes),
    ...(isShort ? [] : picture(changes)),
    ...details(changes, isShort),
  ].join("\n");
}

function flowTable({ flows }: MeshChanges): string[] {
  const row = (mark: string, flow: Flow, why: string) => {
    const how = [flow.mode, flow.protocol, flow.format].flatMap((word) => (word === undefined ? [] : [code(word)]));
    const what = [
      code(flow.topic),
      ...(flow.kind === "action" ? ["**acts**"] : []),
      ...(flow.allows ? [text(flow.allows)] : []),
    ];
    const isClear = isInClear(flow) ? " **clear text**" : "";
    return `| ${mark} | ${code(flow.source)} → ${code(flow.destination)} | ${what.join(": ")} | ${how.join(" ")}${isClear} | ${text(why)} |`;
  };
  const rows = [
    ...flows.added.map((flow) => row("new", flow, flow.problem ?? `${flow.steps.length} steps`)),
    ...flows.changed.map(({ after, effect, reasons }) => row(effect, after, reasons.slice(0, 5).join("; "))),
    ...flows.removed.map((flow) => row("removed", flow, "torn down")),
  ];
  if (rows.length === 0) return [];
  return ["| | from → to | what | how | why |", "| --- | --- | --- | --- | --- |", ...rows, ""];
}

/** The flows that change, and the instances at their ends. */
function changedPicture({ flows }: MeshChanges): Picture {
  const changed = [
    ...flows.added.map((flow) => edge(flow, "added")),
    ...flows.changed.map(({ after }) => edge(after, "changed")),
    ...flows.removed.map((flow) => edge(flow, "removed")),
  ];
  const ids = [...new Set(changed.flatMap(({ from, to }) => [from, to]))].sort();
  const nodes = ids.map((id): PictureNode => ({ id, label: id, kind: "instance", tags: [], facts: [] }));
  return { kind: "mesh", title: "Changes", description: "", groups: groupsOf(nodes), nodes, edges: changed };
}

function edge(flow: Flow, change: PictureEdge["change"]): PictureEdge {
  const { name, source, destination, topic, kind, mode, steps, at } = flow;
  return {
    id: `${change} ${name}`,
    from: source,
    to: destination,
    label: topic,
    topic,
    kind,
    role: kind === "data" ? "producer" : "trigger",
    mode,
    steps,
    facts: [],
    at,
    change,
  };
}

function picture(changes: MeshChanges): string[] {
  const drawn = changedPicture(changes);
  if (drawn.edges.length === 0 || bundle(drawn.edges, (node) => node).length > drawable) return [];
  return ["```mermaid", renderMermaid(drawn).trimEnd(), "```", ""];
}

function details(changes: MeshChanges, isShort: boolean): string[] {
  const { settings, hooks, secrets, capabilities, destinations, flows } = changes;
  const lists: [string, string[]][] = [
    [
      "Settings",
      settings.map(
        ({ owner, name, from, to, at }) =>
          `${code(`${owner}.${name}`)} ${code(words(from))} → ${code(words(to))}${at ? ` (${code(`${at.file}:${at.line}`)})` : ""}`,
      ),
    ],
    [
      "Hooks",
      hooks.map(
        ({ file, change, lines, flows: touched, isComputed }) =>
          `${code(file)} ${change}${lines ? ` (+${lines.added} −${lines.removed})` : ""}${isComputed ? ", computed" : ""}${touched.length > 0 ? `: ${touched.map(code).join(", ")}` : ": no flow uses it"}`,
      ),
    ],
    [
      "Secrets that cross",
      [
        ...secrets.added.map(({ name, to, flow }) => `${code(name)} to the hooks of ${code(to)} (${code(flow)})`),
        ...secrets.removed.map(
          ({ name, to, flow }) => `no longer: ${code(name)} to the hooks of ${code(to)} (${code(flow)})`,
        ),
      ],
    ],
    [
      "Capabilities",
      capabilities.map(
        ({ product, change, capability, breaks }) =>
          `${code(product)} ${change}: ${code(capability)}${breaks.length > 0 ? `, which breaks ${breaks.map(code).join(", ")}` : ""}`,
      ),
    ],
    [
      "Network destinations",
      [
        ...destinations.added.map((host) => `new: ${code(host)}`),
        ...destinations.removed.map((host) => `no longer: ${code(host)}`),
      ],
    ],
    [
      "Set-up steps",
      isShort
        ? []
        : [
            ...flows.added,
            ...flows.changed.filter(({ effect }) => effect !== "recorded").map(({ after }) => after),
          ].map(({ name, steps }) => `${code(name)}: ${steps.map(code).join(", ") || "none"}`),
    ],
  ];
  const shown = lists.filter(([, items]) => items.length > 0);
  if (shown.length === 0) return [];
  const count = shown.reduce((sum, [, items]) => sum + items.length, 0);
  return [
    "<details>",
    `<summary>Details (${count})</summary>`,
    "",
    ...shown.flatMap(([title, items]) => [`#### ${title}`, "", ...items.map((item) => `- ${item}`), ""]),
    "</details>",
    "",
  ];
}

/** Words in a table or a list: nothing in them is Markdown or HTML, a mention or a link. */
function text(given: string): string {
  return visible(given).replace(/[^\p{L}\p{N} .,;()"=→−-]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A name as code, by entities: back ticks in it can't end it. */
function code(given: string): string {
  return `<code>${text(given)}</code>`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
