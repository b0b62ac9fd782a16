// A picture as Mermaid, which GitHub and GitLab draw in comments and pages, on light and on dark.

import { visible } from "../base/visible";
import { bundle, lineLabel } from "./lines";
import type { Change, Picture, PictureNode } from "./picture";

/** The text of a `mermaid` block, without the fence. Ids are ours, so that a hostile name is never more than a label. */
export function renderMermaid(picture: Picture): string {
  const ids = new Map(picture.nodes.map(({ id }, index) => [id, `n${index}`]));
  const grouped = picture.groups.flatMap(({ id, label }, index) => [
    `  subgraph g${index}["${quote(label)}"]`,
    ...picture.nodes.filter(({ group }) => group === id).map((node) => `  ${declare(node, ids)}`),
    "  end",
  ]);
  const alone = picture.nodes.filter(({ group }) => group === undefined).map((node) => declare(node, ids));
  const lines = bundle(picture.edges, (node) => node);
  const arrows = lines.map((line) => {
    const label = lineLabel(line);
    const arrow = line.isPull || line.change === "removed" ? "-.->" : line.kind === "action" ? "==>" : "-->";
    return `  ${ids.get(line.from)} ${arrow}${label === "" ? "" : `|"${quote(label)}"|`} ${ids.get(line.to)}`;
  });
  const styled = lines.flatMap(({ change }, index) =>
    change ? [`  linkStyle ${index} stroke:${colours[change]},stroke-width:2px`] : [],
  );
  return ["flowchart LR", ...grouped, ...alone, ...arrows, ...styled, ...classes(picture, ids), ""].join("\n");
}

/** Of middling lightness: seen on white as on black. */
const colours: Readonly<Record<Change, string>> = { added: "#2da44e", removed: "#e5534b", changed: "#bf8700" };

function declare({ id, label, kind, change }: PictureNode, ids: ReadonlyMap<string, string>): string {
  const marks = { added: "+ ", removed: "− ", changed: "~ " } as const;
  const text = `"${quote(`${change ? marks[change] : ""}${label}`)}"`;
  return `  ${ids.get(id)}${kind === "topic" ? `([${text}])` : `[${text}]`}`;
}

function classes({ nodes }: Picture, ids: ReadonlyMap<string, string>): string[] {
  return (["added", "removed", "changed"] as const).flatMap((change) => {
    const members = nodes.filter((node) => node.change === change).map(({ id }) => ids.get(id));
    if (members.length === 0) return [];
    const dashed = change === "removed" ? ",stroke-dasharray:4 3" : "";
    return [
      `  classDef ${change} stroke:${colours[change]},stroke-width:2px${dashed}`,
      `  class ${members.join(",")} ${change}`,
    ];
  });
}

/**
 * Mermaid reads `#NUMBER;` as a character: everything but letters, numbers and the plainest marks is written so. Markdown and HTML in a
 * label, a quote or a line break then mean nothing, whichever of the two reads them first.
 */
function quote(text: string): string {
  // The grammar has no empty text.
  return visible(text || " ").replace(/[^\p{L}\p{N} _.,:/()+~−-]/gu, (character) => `#${character.codePointAt(0)};`);
}
