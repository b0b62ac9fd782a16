// A picture in one of its formats.
import { renderDot } from "./dot";
import { renderHtml } from "./html";
import { layOut } from "./layout";
import { renderMermaid } from "./mermaid";
import type { Picture } from "./picture";
import { renderSvg } from "./svg";

/** Formats that are files; text is made for the terminal that shows it (`text.ts`). */
export const pictureFormats = ["svg", "html", "mermaid", "dot", "json"] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** Ends with a newline. */
export async function renderPicture(picture: Picture, format: PictureFormat): Promise<string> {
  switch (format) {
    case "svg":
      return renderSvg(picture, await layOut(picture));
    case "html":
      return renderHtml(picture, await layOut(picture));
    case "mermaid":
      return renderMermaid(picture);
    case "dot":
      return renderDot(picture);
    case "json":
      return `${JSON.stringify(picture, null, 2)}\n`;
  }
}
