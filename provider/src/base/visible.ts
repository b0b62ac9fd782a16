// Text from outside as people may be shown it: nothing in it commands a terminal, a log or a CI system, and nothing hides.

/** Controls but the tab, separators of lines, marks and overrides of direction, invisible characters, halves of surrogate pairs. */
const hidden =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** `##[error]`, `##vso[task...]`, `##teamcity[...]` anywhere in a line are commands of CI systems. */
const command = /#(?=#(?:vso|teamcity)?\[)/gi;
/** So is `::error::` where a line begins with it. */
const lineCommand = /^(\s*):(?=:)/;

const lineBreak = /\r\n|[\n\u000b\u000c\r\u0085\u2028\u2029]/;

/** One line, with `\u001b` where such a character stands. Doing it twice is doing it once. */
export function visible(text: string): string {
  return text.replace(hidden, escaped).replace(command, escaped).replace(lineCommand, "$1\\u003a");
}

/** The lines of a text, each {@link visible}. */
export function visibleLines(text: string): string[] {
  return text.split(lineBreak).map(visible);
}

/** JSON whose texts are {@link visible}; it means the same. */
export function visibleJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // The line breaks of the indentation are JSON's own: in its texts they are escaped already.
  return text
    .replace(hidden, (character) => (character === "\n" ? character : jsonEscaped(character)))
    .replace(command, jsonEscaped);
}

/** The first character that no name, title or setting must hold, as it is shown; a tab and ends of lines may stand in it. */
export function findControl(text: string): string | undefined {
  const [found] = /(?!\r\n)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.exec(text) ?? [];
  return found && escaped(found);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
}

function jsonEscaped(character: string): string {
  return character.split("").map(escaped).join("");
}
