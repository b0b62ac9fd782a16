// A picture in Graphviz's language, for other tools.

import { visible } from "../base/visible";
import type { Picture, PictureEdge, PictureNode } from "./picture";

export function renderDot(picture: Picture): string {
  const node = ({ id, label, kind, change }: PictureNode) =>
    `${quote(id)} [${attributes({ label, shape: kind === "topic" ? "ellipse" : "box", color: change && colours[change] })}];`;
  const edge = ({ from, to, label, kind, mode, change, problem }: PictureEdge) =>
    `  ${quote(from)} -> ${quote(to)} [${attributes({
      label,
      style: problem !== undefined ? "dotted" : mode === "pull" ? "dashed" : kind === "action" ? "bold" : undefined,
      color: change && colours[change],
    })}];`;
  return [
    `digraph ${quote(picture.title)} {`,
    "  rankdir=LR;",
    ...picture.groups.flatMap(({ id, label }) => [
      `  subgraph ${quote(`cluster ${id}`)} {`,
      `    label=${quote(label)};`,
      ...picture.nodes.filter(({ group }) => group === id).map((each) => `    ${node(each)}`),
      "  }",
    ]),
    ...picture.nodes.filter(({ group }) => group === undefined).map((each) => `  ${node(each)}`),
    ...picture.edges.map(edge),
    "}",
    "",
  ].join("\n");
}

const colours = { added: "#2da44e", removed: "#e5534b", changed: "#bf8700" } as const;

function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quote(value)}`]))
    .join(", ");
}

/** A quoted string knows one escape only, `\"`; a backslash before anything else is shown by Graphviz as an escape of its own. */
function quote(text: string): string {
  return `"${visible(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
