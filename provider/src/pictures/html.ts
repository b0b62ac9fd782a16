// A picture as a page: one file that works offline and asks nobody for anything. What it is made of is in provider/pages/picture.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../base/visible";
import type { Layout } from "./layout";
import type { Picture } from "./picture";
import { arrowHeads, escapeXml, renderBody, renderLegend, style } from "./svg";

const folder = join(__dirname, "../../pages/picture");

/** @param layout of that picture */
export function renderHtml(picture: Picture, layout: Layout): string {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const css = `${style(":root")}\n${read("page.css")}`;
  const script = read("page.js");
  const margin = 24;
  const parts: Readonly<Record<string, string>> = {
    title: escapeXml(picture.title),
    description: escapeXml(picture.description),
    "list-title": picture.kind === "mesh" ? "Plugs" : "Capabilities",
    width: String(layout.width + 2 * margin),
    height: String(layout.height + 2 * margin),
    style: css,
    "style-hash": hashOf(css),
    script,
    "script-hash": hashOf(script),
    arrows: arrowHeads,
    margin: String(margin),
    body: renderBody(picture, layout),
    legend: `<svg width="640" height="24" role="img" aria-label="Legend">${renderLegend(picture)}</svg>`,
    data: jsonForPage(dataOf(picture, layout)),
  };
  return read("page.html").replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => parts[name] ?? "");
}

/** As `provider/pages/picture/page.js` reads it: the lines with the numbers of their edges. */
function dataOf({ kind, nodes, edges }: Picture, { lines }: Layout) {
  const numbers = new Map(edges.map((edge, number) => [edge, number]));
  const held = lines.map(({ id, edges: bundled }) => [id, bundled.map((edge) => numbers.get(edge) ?? -1)] as const);
  return { kind, nodes, edges, lines: Object.fromEntries(held) };
}

/** JSON that can't end its element, and holds nothing that a reader can't see. */
function jsonForPage(value: unknown): string {
  const plain = (_: string, each: unknown) => (typeof each === "string" ? visible(each) : each);
  return JSON.stringify(value, plain).replaceAll("<", "\\u003c");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
