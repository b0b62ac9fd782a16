// Hides secret values in text, in clear and in the encodings in which they usually leak.

/** What stands in place of a secret, as in Pulumi's own output. */
export const MASK = "[secret]";

/** Shorter values would blank out ordinary text; they are only hidden where they stand alone. */
const SHORTEST = 4;

/** Collects secret values and hides them in text: plain, JSON-escaped, URL-encoded, base64, base64url and hexadecimal. */
export class SecretMask {
  readonly #forms = new Set<string>();
  readonly #short = new Set<string>();
  #pattern: RegExp | undefined;

  add(value: string): void {
    const lines = value.split(/\r?\n/).filter((line) => line.length >= 8);
    for (const text of new Set([value, value.trim(), ...(lines.length > 1 ? lines : [])])) this.#addOne(text);
    this.#pattern = undefined;
  }

  #addOne(text: string): void {
    if (text === "") return;
    if (text.length < SHORTEST) {
      this.#short.add(text);
      return;
    }
    for (const form of encodedForms(text)) this.#forms.add(form);
  }

  /** `text` with every known secret replaced by {@link MASK}. */
  hide(text: string): string {
    if (this.#forms.size === 0 && this.#short.size === 0) return text;
    this.#pattern ??= this.#compile();
    return text.replace(this.#pattern, MASK);
  }

  /** True where `text` holds a known secret. */
  occursIn(text: string): boolean {
    return this.hide(text) !== text;
  }

  /** Longest first, so that a secret that contains another is hidden whole. */
  #compile(): RegExp {
    const whole = [...this.#forms].sort((a, b) => b.length - a.length).map(escapeRegExp);
    const alone = [...this.#short].map((value) => `(?<![\\p{L}\\p{N}])${escapeRegExp(value)}(?![\\p{L}\\p{N}])`);
    return new RegExp([...whole, ...alone].join("|"), "gu");
  }
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

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
