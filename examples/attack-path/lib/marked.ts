// Parts of a file that belong to a plug, between two comment lines, for products that have one file and no folder of
// fragments. Taking all of them out gives back the file that was there, byte for byte, with what people changed since.

const begin = (id: string) => `# meshroom: begin ${id}`;
const end = (id: string) => `# meshroom: end ${id}`;

/** The text without the parts of this plug. */
export function withoutMarked(text: string, id: string): string {
  const lines = text.split("\n");
  const kept: string[] = [];
  let inside = false;
  for (const line of lines) {
    if (line.trim() === begin(id)) inside = true;
    else if (line.trim() === end(id)) inside = false;
    else if (!inside) kept.push(line);
  }
  if (inside) throw new Error(`the part of ${id} has no end: restore the line \`${end(id)}\``);
  return kept.join("\n");
}

/** A part, ready to be put between lines. */
export function marked(id: string, part: string, indent = ""): string {
  const lines = [begin(id), ...part.trimEnd().split("\n"), end(id)];
  return lines.map((line) => `${indent}${line}\n`).join("");
}

/** Puts a part after the line that matches. */
export function insertAfter(text: string, line: RegExp, part: string): string | undefined {
  const match = new RegExp(line.source, "m").exec(text);
  if (!match) return undefined;
  const place = text.indexOf("\n", match.index) + 1 || text.length;
  return text.slice(0, place) + part + text.slice(place);
}

export function hasMarked(text: string, id: string): boolean {
  return text.includes(`${begin(id)}\n`);
}
