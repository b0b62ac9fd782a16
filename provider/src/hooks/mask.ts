// Hides secret values in text, in clear and in the encodings in which they usually leak.

/** What stands in place of a secret, as in Pulumi's own output. */
export const MASK = "[secret]";

/** Shorter values would blank out ordinary text; they are only hidden where they stand alone. */
const SHORTEST = 4;

/** Collects secret values and hides them in text: plain, JSON-escaped, URL-encoded, base64, base64url and hexadecimal. */
export class SecretMask {
  /** Longest first, so that a secret that contains another is hidden whole. */
  #forms: string[] = [];
  readonly #short = new Set<string>();

  add(value: string): void {
    const lines = value.split(/\r?\n/).filter((line) => line.length >= 8);
    const forms = new Set(this.#forms);
    for (const text of [value, value.trim(), ...(lines.length > 1 ? lines : [])]) {
      if (text.length >= SHORTEST) for (const form of encodedForms(text)) forms.add(form);
      else if (text) this.#short.add(text);
    }
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
  }

  /** `text` with every known secret replaced by {@link MASK}. Compares plain texts: a pattern made of secrets would show them when it fails. */
  hide(text: string): string {
    let hidden = text;
    for (const form of this.#forms) hidden = hidden.replaceAll(form, MASK);
    for (const value of this.#short) hidden = hideWord(hidden, value);
    return hidden;
  }

  /** True where `text` holds a known secret. */
  occursIn(text: string): boolean {
    return this.hide(text) !== text;
  }
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
  const forms = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    encodeURIComponent(text).replace(/%20/g, "+"),
    encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...base64Forms(bytes),
  ];
  return forms.filter((form) => form.length >= SHORTEST);
}

/** Base64 of the bytes at each of the three offsets that they can have inside a longer text; only digits that depend on nothing else. */
function base64Forms(bytes: Buffer): string[] {
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64").replace(/=+$/, "");
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const sure = encoded.slice(start, end);
    if (sure.length >= 2 * SHORTEST || offset === 0) forms.push(sure, sure.replace(/\+/g, "-").replace(/\//g, "_"));
  }
  return forms;
}
