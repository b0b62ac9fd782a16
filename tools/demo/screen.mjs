// What the demo writes: headings, commands as one could type them, checks, and the table at the end.
import { styleText } from "node:util";

const stream = process.stdout;

/** Whether colours are wanted: a terminal, and no NO_COLOR. */
export const isColoured = Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== "dumb";

/**
 * @param {Parameters<typeof styleText>[0]} style
 * @param {string} text
 */
function paint(style, text) {
  return isColoured ? styleText(style, text, { validateStream: false }) : text;
}

/** @param {string} [line] */
export const say = (line = "") => void stream.write(`${line}\n`);

/** Whether the last line wants the next command right below it. */
let isTight = true;

/** @param {string} title */
export function heading(title) {
  say(`\n${paint(["bold", "cyan"], `=== ${title}`)}`);
  isTight = true;
}

/** @param {string} text what the next command is about */
export function tell(text) {
  say(`${isTight ? "" : "\n"}${paint("dim", `# ${text}`)}`);
  isTight = true;
}

/**
 * @param {string} command as it could be typed in the demo's folder
 * @param {{ isQuiet?: boolean }} [options] isQuiet: it prints nothing, so that the next one may follow at once
 */
export function command(command, { isQuiet = false } = {}) {
  say(`${isTight ? "" : "\n"}${paint("bold", `$ ${command}`)}`);
  isTight = isQuiet;
}

/**
 * @param {string} what was verified
 * @param {number} [start] when the wait for it began
 */
export function ok(what, start) {
  say(`${paint(["bold", "green"], "ok")}  ${what}${start === undefined ? "" : ` (${seconds(start)})`}`);
  isTight = false;
}

/** @param {string} what */
export const failed = (what) => say(`\n${paint(["bold", "red"], "FAILED")}  ${what}`);

/** @param {number} start */
export function seconds(start) {
  const passed = performance.now() - start;
  return passed < 100 ? `${Math.ceil(passed)} ms` : `${(passed / 1000).toFixed(1)} s`;
}

/**
 * @param {readonly (readonly [string, string])[]} rows
 * @param {{ isRightAligned?: boolean }} [options] of the right column
 */
export function columns(rows, { isRightAligned = false } = {}) {
  const left = Math.max(...rows.map(([name]) => name.length));
  const right = isRightAligned ? Math.max(...rows.map(([, text]) => text.length)) : 0;
  for (const [name, text] of rows) say(`  ${name.padEnd(left)}  ${text.padStart(right)}`);
}
