// A picture as SVG: one file that needs nothing else, readable on a light and on a dark page, and by a screen reader.

import { visible } from "../base/visible";
import { type Box, type Layout, otherGroup, type PlacedLine } from "./layout";
import type { Picture, PictureNode } from "./picture";

const margin = 24;
const legendHeight = 40;

/** @param layout of that picture */
export function renderSvg(picture: Picture, layout: Layout): string {
  const width = Math.max(layout.width + 2 * margin, 560);
  const height = layout.height + 2 * margin + legendHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(picture.title)}</title>`,
    `<desc id="description">${describe(picture)}</desc>`,
    `<style>${style("svg")}</style>`,
    arrowHeads,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<g transform="translate(${margin} ${margin})">`,
    renderBody(picture, layout),
    "</g>",
    `<g transform="translate(${margin} ${height - legendHeight})">${renderLegend(picture)}</g>`,
    "</svg>",
    "",
  ].join("\n");
}

/** Groups, lines and nodes, without the page around them. */
export function renderBody(picture: Picture, layout: Layout): string {
  const titles = new Map([[otherGroup, otherGroup], ...picture.groups.map(({ id, label }) => [id, label] as const)]);
  return [
    ...[...layout.groups].map(([id, box]) => group(titles.get(id) ?? "", box)),
    ...layout.lines.map(line),
    ...picture.nodes.map((each) => node(each, layout.nodes.get(each.id))),
  ].join("\n");
}

function describe({ description, edges, nodes }: Picture): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const said = edges.slice(0, 50).map(({ from, to, topic }) => `${labels.get(from)} to ${labels.get(to)}: ${topic}`);
  const rest = edges.length > said.length ? [`and ${edges.length - said.length} more`] : [];
  return [`${description}.`, ...said, ...rest].map(escapeXml).join("\n");
}

function group(label: string, { x, y, width, height }: Box): string {
  const title = `<text class="group-title" x="${x + 10}" y="${y + 16}">${escapeXml(label)}</text>`;
  return `<g class="group"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>${title}</g>`;
}

function node({ id, label, kind, change, facts, at }: PictureNode, box: Box | undefined): string {
  if (!box) return "";
  const { x, y, width, height } = box;
  const rx = kind === "topic" ? height / 2 : 4;
  const marks = { added: "+ ", removed: "− ", changed: "~ " } as const;
  const text = `${change ? marks[change] : ""}${label}`;
  const tip = [
    label,
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...(at ? [`${at.file}:${at.line}`] : []),
  ].map(escapeXml);
  return [
    `<g class="node ${kind}${change ? ` ${change}` : ""}" data-id="${escapeXml(id)}">`,
    `<title>${tip.join("\n")}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${rx}"/>`,
    `<text x="${x + width / 2}" y="${y + height / 2 + 4.5}" text-anchor="middle">${escapeXml(text)}</text></g>`,
  ].join("");
}

function line({ id, path, label, labelAt, kind, isPull, isBroken, change, edges }: PlacedLine): string {
  const classes = [
    "line",
    kind,
    ...(isPull ? ["pull"] : []),
    ...(isBroken ? ["broken"] : []),
    ...(change ? [change] : []),
    ...(edges.length > 1 ? [`wide${Math.min(4, Math.ceil(Math.log2(edges.length) / 2))}`] : []),
  ];
  const tip = edges.map(({ id: name, problem, mode }) =>
    escapeXml([name, ...(mode ? [`(${mode})`] : []), ...(problem ? [problem] : [])].join(" ")),
  );
  const text =
    labelAt && label
      ? `<text x="${labelAt.x}" y="${labelAt.y + 4}" text-anchor="middle">${escapeXml(label)}</text>`
      : "";
  const head = `url(#arrow-${change ?? (isBroken ? "broken" : kind)})`;
  return [
    `<g class="${classes.join(" ")}" data-line="${id}">`,
    `<title>${tip.join("\n")}</title>`,
    `<path d="${path}" marker-end="${head}"/>${text}</g>`,
  ].join("");
}

/** What its lines mean. */
export function renderLegend({ kind, nodes, edges }: Picture): string {
  const has = (test: (edge: Picture["edges"][number]) => boolean) => edges.some(test);
  const changes = new Set([...nodes, ...edges].flatMap(({ change }) => change ?? []));
  const entries: [string, string][] = [
    ...(has((each) => each.kind === "data") ? [["line data", "data"] as [string, string]] : []),
    ...(has((each) => each.kind === "action") ? [["line action", "action"] as [string, string]] : []),
    ...(has((each) => each.mode === "pull")
      ? [["line data pull", "pulled by its destination"] as [string, string]]
      : []),
    ...(has((each) => each.problem !== undefined) ? [["line broken", "can't be set up"] as [string, string]] : []),
    ...(["added", "changed", "removed"] as const)
      .filter((each) => changes.has(each))
      .map((each): [string, string] => [`line ${each}`, each]),
  ];
  let x = 0;
  const shown = entries.map(([classes, text]) => {
    const entry = `<g class="${classes}" transform="translate(${x} 0)"><path d="M0 8 H28"/><text x="34" y="12">${text}</text></g>`;
    x += 52 + text.length * 7;
    return entry;
  });
  return `<g class="legend"><title>Legend of the ${kind === "mesh" ? "mesh" : "capability graph"}</title>${shown.join("")}</g>`;
}

/** Text for an element or a quoted attribute. */
export function escapeXml(text: string): string {
  const named: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return visible(text).replace(/[&<>"']/g, (character) => named[character] ?? character);
}

/** Colours of both pages have a contrast of at least 4.5 to 1 for text. */
const light =
  "--page:#fff;--text:#1f2328;--quiet:#59636e;--box:#f6f8fa;--border:#818b98;--group:#f6f8fa;--data:#0550ae;--action:#953800;--added:#116329;--removed:#a40e26;--changed:#7d4e00;--topic:#ddf4ff";
const dark =
  "--page:#0d1117;--text:#f0f6fc;--quiet:#9198a1;--box:#212830;--border:#656c76;--group:#151b23;--data:#79c0ff;--action:#ffa657;--added:#7ee787;--removed:#ffa198;--changed:#e3b341;--topic:#0c2d6b";

/** @param root what holds the colours: the drawing itself, or the page around it */
export function style(root: "svg" | ":root"): string {
  return [
    `${root}{${light}}svg{font:13px system-ui,"Segoe UI",Helvetica,Arial,sans-serif}`,
    `@media(prefers-color-scheme:dark){${root}{${dark}}}`,
    ".page{fill:var(--page)}svg text{fill:var(--text)}",
    ".group rect{fill:var(--group);stroke:var(--border);stroke-dasharray:2 3}svg .group-title{fill:var(--quiet);font-size:12px;font-weight:600}",
    ".node rect{fill:var(--box);stroke:var(--border)}.node.topic rect{fill:var(--topic)}",
    ".line path{fill:none;stroke:var(--data);stroke-width:1.5}.line.action path{stroke:var(--action)}.line.pull path{stroke-dasharray:6 4}",
    ".line text{font-size:11px;paint-order:stroke;stroke:var(--page);stroke-width:4px}.legend text{font-size:12px}",
    ...[1, 2, 3, 4].map((width) => `.line.wide${width} path{stroke-width:${1.5 + width * 0.75}}`),
    ...["added", "removed", "changed"].map(
      (each) =>
        `.line.${each} path,.node.${each} rect{stroke:var(--${each});stroke-width:2.5}.head-${each}{fill:var(--${each})}`,
    ),
    ".node.removed rect,.line.removed path{stroke-dasharray:3 3}",
    ".line.broken path{stroke:var(--removed);stroke-dasharray:2 4}.head-broken{fill:var(--removed)}.head-data{fill:var(--data)}.head-action{fill:var(--action)}",
  ].join("");
}

export const arrowHeads = `<defs>${["data", "action", "added", "removed", "changed", "broken"]
  .map(
    (each) =>
      `<marker id="arrow-${each}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="head-${each}" d="M0 0 L8 4 L0 8 z"/></marker>`,
  )
  .join("")}</defs>`;
