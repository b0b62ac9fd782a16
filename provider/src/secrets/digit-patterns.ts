// Finds byte patterns in what is written as digits: base64, base64url, hexadecimal, and lists of decimal bytes.

/** Part of a text, from its first character to behind its last one. */
export type Span = readonly [start: number, end: number];

/** Fewer bytes would be found where nobody wrote them. */
export const SHORTEST_PATTERN = 4;
/** As many bytes of a longer pattern count as all of it, so that what is broken into lines is found in each of them. */
export const WINDOW = 8;
/** Windows of a pattern that is longer than this do not overlap. */
const DENSE = 4096;

/** Bits of the filter, and the offsets that a place in a pattern may have. */
const FILTER_BITS = 18;
const OFFSETS = 2 ** 26;

export class DigitPatterns {
  readonly #patterns: Uint8Array[] = [];
  /** Where windows begin, by their first four bytes: number of the pattern and offset in one number. */
  readonly #windows = new Map<number, number[]>();
  /** One bit for each hash of four bytes with which a window begins: most bytes need no look into the map. */
  readonly #filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  /** Room for the digits of a text, where they stand, and the bytes that they make: as large as the longest text. */
  #digits = new Uint8Array();
  #places = new Uint32Array();
  #bytes = new Uint8Array();

  /** @param bytes at least {@link SHORTEST_PATTERN} */
  add(bytes: Uint8Array): void {
    const pattern = (this.#patterns.push(bytes) - 1) * OFFSETS;
    const last = bytes.length - Math.min(bytes.length, WINDOW);
    const stride = bytes.length > DENSE ? WINDOW : 1;
    for (let from = 0; from < last; from += stride) this.#addWindow(pattern + from);
    this.#addWindow(pattern + last);
  }

  #addWindow(window: number): void {
    const [bytes, from, length] = this.#windowOf(window);
    const key = keyAt(bytes, from);
    const windows = this.#windows.get(key);
    if (!windows) this.#windows.set(key, [window]);
    else if (!windows.some((other) => this.#windowOf(other)[2] === length && this.#isAt(other, bytes, from))) {
      windows.push(window);
    }
    const hash = hashOf(key);
    this.#filter[hash >> 3] = (this.#filter[hash >> 3] ?? 0) | (1 << (hash & 7));
  }

  #windowOf(window: number): [bytes: Uint8Array, from: number, length: number] {
    const bytes = this.#patterns[Math.floor(window / OFFSETS)] ?? new Uint8Array();
    return [bytes, window % OFFSETS, Math.min(bytes.length, WINDOW)];
  }

  #isAt(window: number, others: Uint8Array, at: number): boolean {
    const [bytes, from, length] = this.#windowOf(window);
    for (let index = 0; index < length; index++) if (bytes[from + index] !== others[at + index]) return false;
    return true;
  }

  find(text: string): Span[] {
    if (this.#patterns.length === 0) return [];
    if (text.length > this.#digits.length) this.#makeRoom(text.length);
    const spans: Span[] = [];
    this.#findBase64(text, spans);
    this.#findHex(text, spans);
    if (threeNumbers.test(text)) this.#findDecimal(text, spans);
    return spans;
  }

  #makeRoom(length: number): void {
    this.#digits = new Uint8Array(2 * length);
    this.#places = new Uint32Array(2 * length);
    this.#bytes = new Uint8Array(2 * length);
  }

  /** Calls `report` with the place of the first byte of every window, and that of its last. */
  #search(length: number, report: (first: number, last: number) => void): void {
    const bytes = this.#bytes.subarray(0, length);
    this.#searchIn(bytes, report);
    if (!bytes.includes(0)) return;
    // UTF-16 of ASCII is ASCII between zeros.
    const places: number[] = [];
    for (const [place, byte] of bytes.entries()) if (byte !== 0) places.push(place);
    const narrow = Uint8Array.from(places, (place) => bytes[place] ?? 0);
    this.#searchIn(narrow, (first, last) => report(places[first] ?? 0, places[last] ?? 0));
  }

  #searchIn(bytes: Uint8Array, report: (first: number, last: number) => void): void {
    const filter = this.#filter;
    let key = 0;
    for (let index = 0; index < bytes.length; index++) {
      key = (key << 8) | (bytes[index] as number);
      const hash = hashOf(key);
      if (((filter[hash >> 3] as number) & (1 << (hash & 7))) === 0 || index < 3) continue;
      const start = index - 3;
      for (const window of this.#windows.get(key) ?? []) {
        if (this.#isAt(window, bytes, start)) report(start, start + this.#windowOf(window)[2] - 1);
      }
    }
  }

  #findBase64(text: string, spans: Span[]): void {
    const digits = this.#digits;
    let length = 0;
    for (let at = 0; at <= text.length; at++) {
      const value = valueIn(base64Digits, text, at);
      if (value >= 0) digits[length++] = value;
      else {
        if (length >= 6) this.#findInBase64(text, at - length, length, spans);
        length = 0;
      }
    }
  }

  /** The bytes may begin at any digit, since what stands before may look like one. */
  #findInBase64(text: string, start: number, count: number, spans: Span[]): void {
    for (let first = 0; first < 4 && first + 6 <= count; first++) {
      this.#search(this.#readBase64(first, count), (from, last) => {
        const end = start + first + Math.ceil(((last + 1) * 8) / 6);
        const padding = end === start + count ? (/^={0,2}/.exec(text.slice(end, end + 2))?.[0].length ?? 0) : 0;
        spans.push([start + first + Math.floor((from * 8) / 6), end + padding]);
      });
    }
  }

  /** @returns how many bytes the digits from `first` on make */
  #readBase64(first: number, count: number): number {
    const [digits, bytes] = [this.#digits, this.#bytes];
    let bits = 0;
    let held = 0;
    let length = 0;
    for (let at = first; at < count; at++) {
      bits = (bits << 6) | (digits[at] as number);
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes[length++] = bits >> held;
    }
    return length;
  }

  /** Digits may stand in groups: `61:62`, `61 62`, `0x61, 0x62`. */
  #findHex(text: string, spans: Span[]): void {
    const [digits, places] = [this.#digits, this.#places];
    let length = 0;
    let gap = 0;
    for (let at = 0; at <= text.length; at++) {
      const value = valueIn(hexDigits, text, at);
      const isPrefix = value === 0 && (text.charCodeAt(at + 1) | 0x20) === 0x78;
      if (value >= 0 && !isPrefix) {
        digits[length] = value;
        places[length++] = at;
        gap = 0;
      } else if ((value === SEPARATOR || isPrefix) && gap < 5) gap++;
      else {
        if (length >= 2 * SHORTEST_PATTERN) this.#findInHex(length, spans);
        length = 0;
        gap = 0;
      }
    }
  }

  #findInHex(count: number, spans: Span[]): void {
    const [digits, places, bytes] = [this.#digits, this.#places, this.#bytes];
    for (const first of [0, 1]) {
      const length = (count - first) >> 1;
      for (let index = 0, at = first; index < length; index++, at += 2)
        bytes[index] = ((digits[at] as number) << 4) | (digits[at + 1] as number);
      this.#search(length, (from, last) =>
        spans.push([places[first + 2 * from] ?? 0, (places[first + 2 * last + 1] ?? 0) + 1]),
      );
    }
  }

  #findDecimal(text: string, spans: Span[]): void {
    let numbers: RegExpExecArray[] = [];
    const search = () => {
      const list = numbers;
      numbers = [];
      for (const [index, [digits]] of list.entries()) this.#bytes[index] = Number(digits);
      this.#search(list.length, (from, last) => spans.push([list[from]?.index ?? 0, endOf(list[last])]));
    };
    for (const number of text.matchAll(/\d+/g)) {
      const between = text.slice(endOf(numbers.at(-1)), number.index);
      if (numbers.length > 0 && !/^[,;\s]{1,12}$/.test(between)) search();
      if (number[0].length <= 3 && Number(number[0]) < 256) numbers.push(number);
      else search();
    }
    search();
  }
}

const threeNumbers = /\d[,;\s]+\d{1,3}[,;\s]+\d/;

function endOf(match: RegExpExecArray | undefined): number {
  return match ? match.index + match[0].length : 0;
}

/** What may stand between digits. */
const SEPARATOR = -2;

const base64Digits = digitTable("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
base64Digits["-".charCodeAt(0)] = 62;
base64Digits["_".charCodeAt(0)] = 63;
const hexDigits = digitTable("0123456789abcdef");
for (const letter of "ABCDEF") hexDigits[letter.charCodeAt(0)] = Number.parseInt(letter, 16);
for (const separator of " :-,\t\n\\%xX") hexDigits[separator.charCodeAt(0)] = SEPARATOR;

function digitTable(digits: string): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (const [value, digit] of [...digits].entries()) table[digit.charCodeAt(0)] = value;
  return table;
}

function valueIn(table: Int8Array, text: string, at: number): number {
  return at < text.length ? (table[text.charCodeAt(at)] ?? -1) : -1;
}

function keyAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}

function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - FILTER_BITS);
}
