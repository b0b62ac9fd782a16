// Hides secret values in what hooks say, in clear and in the ways in which they are usually written down.
import { DigitPatterns, SHORTEST_PATTERN, type Span, WINDOW } from "./digit-patterns";
import { SpelledPatterns } from "./spelled-patterns";

/** What stands in place of a secret, as in Pulumi's own output. */
export const MASK = "[secret]";

/** A shorter line of a secret that has several is too ordinary to be hidden but where it is a whole line. */
const SHORTEST_LINE = 8;

/** A value of more bytes is looked for in pieces, so that a part of it is found as well. */
const WHOLE = 64;
const PIECE = 48;
const STRIDE = 16;
/** From this size on pieces do not overlap, which would take too much memory. */
const DENSE = 16 * 1024;

/**
 * Collects secret values and hides them in text: in clear, escaped for JSON, Node, Python, shells, URLs, HTML and mail in any mixture, in
 * base64, hexadecimal and lists of bytes. docs/secrets.md says what is not found.
 */
export class SecretMask {
  readonly #values = new Set<string>();
  readonly #spelled = new SpelledPatterns();
  /** Too short to be hidden inside of words. */
  readonly #words = new SpelledPatterns();
  readonly #digits = new DigitPatterns();
  readonly #shortLines = new Set<string>();

  /** @param value as hooks get it; one that is an object or a list in JSON is hidden whole and in its parts */
  add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const text of new Set([value, value.trim()])) this.#addText(text);
    for (const text of new Set([value, ...jsonForms(value)])) this.#addDigits(text);
    if (value.includes("\n")) for (const line of value.split(/\r?\n/)) this.#addLine(line.trim());
    for (const part of partsOf(value)) if (Buffer.byteLength(part) >= SHORTEST_PATTERN) this.add(part);
  }

  #addText(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length >= SHORTEST_PATTERN) for (const piece of piecesOf(bytes)) this.#spelled.add(piece);
    else if (bytes.length > 0) for (const form of [bytes, ...digitForms(bytes)]) this.#words.add(form);
    // Of a longer one, the windows are those of the value that it is part of.
    if (bytes.length < WINDOW) this.#addDigits(text);
  }

  #addDigits(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length >= SHORTEST_PATTERN) this.#digits.add(bytes);
    const wide = Buffer.from(bytes.toString("utf8"), "utf16le");
    // The zeros of a longer one that is ASCII are left out where it is looked for.
    const isFoundNarrow = wide.length === 2 * bytes.length && !bytes.includes(0) && bytes.length >= SHORTEST_PATTERN;
    if (wide.length < SHORTEST_PATTERN || isFoundNarrow) return;
    this.#digits.add(wide);
    this.#digits.add(Buffer.from(wide).swap16());
  }

  #addLine(line: string): void {
    if (line.length >= SHORTEST_LINE) this.#addText(line);
    else if (/[\p{L}\p{N}]/u.test(line)) this.#shortLines.add(line);
  }

  /**
   * `text` with every known secret replaced by {@link MASK}; hiding twice is hiding once.
   * @param isCut the text was longer, so that the beginning of a secret at its end is hidden as well
   */
  hide(text: string, isCut = false): string {
    let hidden = text;
    for (;;) {
      // A mask may make a short value stand alone.
      const next = replace(hidden, this.#find(hidden, isCut));
      if (next === hidden) return hidden;
      hidden = next;
    }
  }

  /** A copy of a value with every text and number in it hidden, names of members included. */
  hideIn<T>(value: T): T {
    return this.#hideIn(value) as T;
  }

  #hideIn(value: unknown): unknown {
    if (typeof value === "string") return this.hide(value);
    if (typeof value === "number") return this.occursIn(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((item) => this.#hideIn(item));
    if (typeof value !== "object" || value === null) return value;
    const hidden = new Map<string, unknown>();
    for (const [key, item] of Object.entries(value)) {
      const name = this.hide(key);
      let other = name;
      // Two members may not become one.
      for (let count = 2; hidden.has(other); count++) other = `${name} ${count}`;
      hidden.set(other, this.#hideIn(item));
    }
    return Object.fromEntries(hidden);
  }

  /** True where `text` holds a known secret. */
  occursIn(text: string): boolean {
    return this.hide(text) !== text;
  }

  #find(text: string, isCut: boolean): Span[] {
    const spans = this.#digits.find(text);
    const hasWords = !this.#words.isEmpty;
    if (hasWords || !this.#spelled.isEmpty) {
      for (let at = 0; at < text.length; at++) {
        const end = this.#spelled.longestAt(text, at, isCut);
        if (end > 0) spans.push([at, end]);
        const wordEnd = hasWords ? this.#words.longestAt(text, at, isCut) : 0;
        if (wordEnd > 0 && standsAlone(text, at, wordEnd)) spans.push([at, wordEnd]);
      }
    }
    if (this.#shortLines.size > 0) this.#findLines(text, spans);
    return spans;
  }

  #findLines(text: string, spans: Span[]): void {
    for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
      const start = /^[\s'"`,>|]*/.exec(line)?.[0].length ?? 0;
      const core = line.slice(start).replace(/(?:\\n|[\s'"`,;+])+$/, "");
      if (core !== "" && this.#shortLines.has(core)) spans.push([index + start, index + start + core.length]);
    }
  }
}

/** The values inside of a JSON object or list. Names of members are no secrets. */
function partsOf(value: string): string[] {
  // A Python hook's secret that is no text is kept as such an address.
  const json = value.replace(/^data:application\/json,/, "");
  if (json === value && !/^\s*[[{]/.test(value)) return [];
  const parts: string[] = [];
  try {
    JSON.parse(json, (_, part: unknown) => {
      if (typeof part === "string") parts.push(part);
      if (typeof part === "number") parts.push(String(part));
      return part;
    });
  } catch {
    // Text that only looks like JSON.
  }
  return parts;
}

/** What stands in the base64 of a JSON document, as JavaScript and Python write it. */
function jsonForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [json, json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)];
}

/** Each is whole characters, since those are what a text is read by. */
function piecesOf(bytes: Buffer): Buffer[] {
  if (bytes.length <= WHOLE) return [bytes];
  const stride = bytes.length > DENSE ? PIECE : STRIDE;
  const starts = Array.from({ length: Math.ceil((bytes.length - PIECE) / stride) }, (_, index) => index * stride);
  return [...starts, bytes.length - PIECE].map((start) =>
    bytes.subarray(characterAt(bytes, start), characterAt(bytes, start + PIECE)),
  );
}

/** Where the character begins that the byte at `at` is part of. */
function characterAt(bytes: Buffer, at: number): number {
  let start = at;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

/** Digits of a value that is too short to be found in longer ones. */
function digitForms(bytes: Buffer): Buffer[] {
  const wide = Buffer.from(bytes.toString("utf8"), "utf16le");
  const hex = [bytes, wide, Buffer.from(wide).swap16()].map((each) => each.toString("hex"));
  const base64 = bytes.toString("base64");
  const forms = [
    base64,
    base64.replace(/=+$/, ""),
    bytes.toString("base64url"),
    ...hex,
    ...hex.map((each) => each.toUpperCase()),
  ];
  return forms.filter((form) => form.length >= SHORTEST_PATTERN).map((form) => Buffer.from(form));
}

/** An escape ends in letters and digits that belong to no word. */
const escapeBefore = /(?:\\[abefnrtv]|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|%[0-9a-f]{2})$/i;
const wordCharacter = /[\p{L}\p{N}]/u;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 6), start);
  const touches = wordCharacter.test(before.slice(-1)) && !escapeBefore.test(before);
  return !touches && !wordCharacter.test(text.slice(end, end + 1));
}

/** Spans that overlap or touch are hidden together; what is inside of a mask stays. */
function replace(text: string, spans: readonly Span[]): string {
  const masks = spans.length > 0 ? masksIn(text) : [];
  const whole = spans.flatMap((span) => withMasks(span, masks));
  let hidden = "";
  let end = 0;
  let isFirst = true;
  for (const [start, to] of whole.sort(([a], [b]) => a - b)) {
    if (isFirst || start > end) hidden += text.slice(end, start) + MASK;
    end = isFirst ? to : Math.max(end, to);
    isFirst = false;
  }
  return hidden + text.slice(end);
}

function masksIn(text: string): Span[] {
  const masks: Span[] = [];
  for (let at = text.indexOf(MASK); at >= 0; at = text.indexOf(MASK, at + MASK.length))
    masks.push([at, at + MASK.length]);
  return masks;
}

/** A secret that holds part of a mask takes the whole one along. */
function withMasks([start, end]: Span, masks: readonly Span[]): Span[] {
  const touched = masks.filter(([from, to]) => from < end && to > start);
  if (touched.some(([from, to]) => from <= start && end <= to)) return [];
  const starts = touched.map(([from]) => from);
  const ends = touched.map(([, to]) => to);
  return [[Math.min(start, ...starts), Math.max(end, ...ends)]];
}
