// Hides secret values in text, in clear and in the encodings in which they usually leak.

/** What stands in place of a secret, as in Pulumi's own output. */
export const MASK = "[secret]";

/** Shorter values would blank out ordinary text; they are only hidden where they stand alone. */
const SHORTEST = 4;
/** A shorter line of a secret that has several is too ordinary to be hidden by itself. */
const SHORTEST_LINE = 8;

/**
 * Collects secret values and hides them in text: plain, JSON-escaped, URL-encoded, base64, base64url and hexadecimal. A secret that is an
 * object or a list, as JSON, is hidden whole and in each of its texts.
 */
export class SecretMask {
  readonly #values = new Set<string>();
  /** The forms of all values, by their first {@link SHORTEST} characters, so that a text is read once, however many secrets there are. */
  readonly #forms = new Map<string, Set<string>>();
  readonly #short = new Set<string>();

  add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const part of textsIn(value)) this.add(part);
    const lines = value.includes("\n") ? value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE) : [];
    for (const text of [value, value.trim(), ...lines]) {
      if (text.length >= SHORTEST) for (const form of encodedForms(text)) this.#addForm(form);
      else if (text) this.#short.add(text);
    }
  }

  #addForm(form: string): void {
    const start = form.slice(0, SHORTEST);
    const forms = this.#forms.get(start) ?? new Set();
    this.#forms.set(start, forms.add(form));
  }

  /** `text` with every known secret replaced by {@link MASK}. Compares plain texts: a pattern made of secrets would show them when it fails. */
  hide(text: string): string {
    const withoutForms = betweenMasks(text, (part) => this.#hideForms(part));
    const hidden = betweenMasks(withoutForms, (part) => [...this.#short].reduce(hideWord, part));
    // A mask may make a short value stand alone.
    return hidden === text ? text : this.hide(hidden);
  }

  /** A copy of a value with every text in it hidden, names of members included. */
  hideIn<T>(value: T): T {
    return this.#hideIn(value) as T;
  }

  #hideIn(value: unknown): unknown {
    if (typeof value === "string") return this.hide(value);
    if (Array.isArray(value)) return value.map((item) => this.#hideIn(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.hide(key), this.#hideIn(item)]));
  }

  /** Forms that overlap or touch are hidden together. */
  #hideForms(text: string): string {
    let hidden = "";
    let end = 0;
    for (let at = 0; at + SHORTEST <= text.length; at++) {
      const length = this.#longestAt(text, at);
      if (length === 0) continue;
      if (at > end || end === 0) hidden += text.slice(end, at) + MASK;
      end = Math.max(end, at + length);
    }
    return hidden + text.slice(end);
  }

  #longestAt(text: string, at: number): number {
    let longest = 0;
    for (const form of this.#forms.get(text.slice(at, at + SHORTEST)) ?? []) {
      if (form.length > longest && text.startsWith(form, at)) longest = form.length;
    }
    return longest;
  }

  /** True where `text` holds a known secret. */
  occursIn(text: string): boolean {
    return this.hide(text) !== text;
  }
}

/** The texts in a secret that is an object or a list. A Python hook keeps such a secret as an address with JSON in it. */
function textsIn(secret: string): string[] {
  const json = secret.replace(/^data:application\/json,/, "");
  if (json === secret && !/^\s*[[{]/.test(secret)) return [];
  const texts: string[] = [];
  try {
    JSON.parse(json, (_, part) => {
      if (typeof part === "string") texts.push(part);
      return part;
    });
  } catch {
    // Text that only looks like JSON.
  }
  return texts;
}

/** Leaves the masks of before alone, so that hiding twice is hiding once. */
function betweenMasks(text: string, hide: (part: string) => string): string {
  return text.split(MASK).map(hide).join(MASK);
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** Replaces `word` where no letter or digit touches it. */
function hideWord(text: string, word: string): string {
  const parts = text.split(word);
  return parts.reduce((left, right) => {
    const touched = wordCharacter.test(left.slice(-1)) || wordCharacter.test(right.slice(0, 1));
    return left + (touched ? word : MASK) + right;
  });
}

function encodedForms(text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  // A lone surrogate, which can't be URL-encoded, becomes what it is written as.
  const wellFormed = bytes.toString("utf8");
  const component = encodeURIComponent(wellFormed);
  const forms = [
    text,
    wellFormed,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^\x00-\x7f]/g, escapeUnit),
    component,
    component.replace(/%20/g, "+"),
    component.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURI(wellFormed),
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    // By itself, to the last digit; then within something longer.
    ...[bytes.toString("base64"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")],
    ...base64Forms(bytes),
  ];
  return forms.filter((form) => form.length >= SHORTEST);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Base64 of the bytes at each of the three offsets that they can have inside a longer text; only digits that depend on nothing else. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const sure = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [sure, sure.replace(/\+/g, "-").replace(/\//g, "_")];
  });
}
