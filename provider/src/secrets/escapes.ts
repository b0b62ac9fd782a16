// How a character may be written down: JSON, Node, Python, shells, URLs, HTML and mail, in any mixture and one inside the other.

/** One way to read what stands at a place: the UTF-8 bytes that are meant, and where the text goes on behind. */
export interface Reading {
  bytes: readonly number[];
  end: number;
}

const none: readonly Reading[] = [];

/** For each ASCII character, whether something else than itself may begin with it. */
const beginners = new Uint8Array(128);
for (const character of "\\%&'\"=+\0") beginners[character.charCodeAt(0)] = 1;

export function mayEscape(code: number): boolean {
  return beginners[code] === 1;
}

/** Every reading of what stands at `at`, besides that of a character that means itself. */
export function escapesAt(text: string, at: number): readonly Reading[] {
  switch (text[at]) {
    case "\\":
      return backslashes(text, at);
    case "%":
      return percents(text, at);
    case "&":
      return entities(text, at);
    case "'":
    case '"':
      return quotes(text, at);
    case "=":
      return quotedPrintable(text, at);
    case "+":
      return [{ bytes: [0x20], end: at + 1 }];
    case "\0":
      // UTF-16 that was printed as UTF-8.
      return [{ bytes: [], end: at + 1 }];
    default:
      return none;
  }
}

/** The UTF-8 bytes of a code point; half a pair becomes what it is written as. */
export function utf8(point: number): number[] {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return [0xef, 0xbf, 0xbd];
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 0x3f)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** What JSON writes has twice as many backslashes inside of JSON, so a run of them counts as one. */
const escaped =
  /\\{1,16}(?:u([dD][89abAB][0-9a-fA-F]{2})\\{1,16}u([dD][c-fC-F][0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{1,3})|([abeEfnrtv])|([^0-9A-Za-z\\]))/uy;
const controls: Readonly<Record<string, number>> = { a: 7, b: 8, e: 27, E: 27, f: 12, n: 10, r: 13, t: 9, v: 11 };

function backslashes(text: string, at: number): readonly Reading[] {
  const readings: Reading[] = [];
  for (let run = 2; run <= 16 && text[at + run - 1] === "\\"; run++) {
    // Itself, written in one, two, three or four layers.
    if ((run & (run - 1)) === 0) readings.push({ bytes: [0x5c], end: at + run });
  }
  const found = match(escaped, text, at);
  if (!found) return readings;
  const end = at + found[0].length;
  const [, high, low, braced, unit, long, byte, octal, control, other] = found;
  if (high && low) readings.push({ bytes: utf8(pairOf(high, low)), end });
  const hex = braced ?? unit ?? long;
  if (hex) readings.push({ bytes: utf8(Number.parseInt(hex, 16)), end });
  if (byte) readings.push(...byteOrCharacter(Number.parseInt(byte, 16), end));
  if (octal) readings.push(...byteOrCharacter(Number.parseInt(octal, 8) & 0xff, end));
  if (control) readings.push({ bytes: [controls[control] ?? 0], end });
  if (other) readings.push({ bytes: utf8(other.codePointAt(0) ?? 0), end });
  return readings;
}

function pairOf(high: string, low: string): number {
  return 0x10000 + ((Number.parseInt(high, 16) - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00);
}

/** `\xe9` is a byte in Python's bytes and in shells, a character in its text and in JavaScript. */
function byteOrCharacter(value: number, end: number): Reading[] {
  const byte = { bytes: [value], end };
  return value < 0x80 ? [byte] : [byte, { bytes: utf8(value), end }];
}

const percent = /%([0-9a-fA-F]{2})/y;
const percentUnit = /%u([0-9a-fA-F]{4})/y;
const hexPair = /[0-9a-fA-F]{2}/y;

function percents(text: string, at: number): readonly Reading[] {
  const unit = match(percentUnit, text, at);
  if (unit) return [{ bytes: utf8(Number.parseInt(unit[1] ?? "", 16)), end: at + unit[0].length }];
  const once = match(percent, text, at);
  if (!once) return none;
  const readings = [readHex(once, at)];
  // Each `25` may be the percent sign of one more layer.
  for (let end = at + 3; end < at + 12 && text.startsWith("25", end - 2); end += 2) {
    const pair = match(hexPair, text, end);
    if (pair) readings.push({ bytes: [Number.parseInt(pair[0], 16)], end: end + 2 });
  }
  return readings;
}

function readHex([whole, hex = ""]: RegExpExecArray, at: number): Reading {
  return { bytes: [Number.parseInt(hex, 16)], end: at + whole.length };
}

const ampersands = /&(?:amp;){1,8}/y;
const entity = /&(?:amp;){0,8}(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}\d{0,2}));/y;

/** From U+00A0 on. */
const latinNames = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para
  middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave
  Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc
  atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash
  ugrave uacute ucirc uuml yacute thorn yuml`;
const asciiNames: Readonly<Record<string, string>> = {
  ...{
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    Tab: "\t",
    NewLine: "\n",
    excl: "!",
    num: "#",
    dollar: "$",
    percnt: "%",
  },
  ...{
    lpar: "(",
    rpar: ")",
    ast: "*",
    plus: "+",
    comma: ",",
    period: ".",
    sol: "/",
    colon: ":",
    semi: ";",
    equals: "=",
  },
  ...{ quest: "?", commat: "@", lsqb: "[", lbrack: "[", bsol: "\\", rsqb: "]", rbrack: "]", Hat: "^", lowbar: "_" },
  ...{ grave: "`", lcub: "{", lbrace: "{", verbar: "|", vert: "|", rcub: "}", rbrace: "}" },
};
const names = new Map([
  ...latinNames.split(/\s+/).map((name, index) => [name, 0xa0 + index] as const),
  ...Object.entries(asciiNames).map(([name, character]) => [name, character.charCodeAt(0)] as const),
]);

function entities(text: string, at: number): readonly Reading[] {
  const amp = match(ampersands, text, at);
  const found = match(entity, text, at);
  const readings: Reading[] = amp ? [{ bytes: [0x26], end: at + amp[0].length }] : [];
  if (!found) return readings;
  const [whole, decimal, hex, name = ""] = found;
  const point = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : names.get(name);
  if (point !== undefined) readings.push({ bytes: utf8(point), end: at + whole.length });
  return readings;
}

/** `'it'\''s'` and `'it'"'"'s'` of shells. */
const shellQuote = /'(?:\\{1,16}''|\\{0,16}"'\\{0,16}"')/y;
/** Text that Node or Python breaks into pieces, one line each. */
const joint = /(['"])[ \t]{0,8}\+?[ \t]{0,8}\r?\n[ \t]{0,64}\1/y;

function quotes(text: string, at: number): readonly Reading[] {
  const quote = text.charCodeAt(at);
  const next = text.charAt(at + 1);
  // As YAML, SQL, CSV and PowerShell write a quote inside of quotes.
  const doubled = next === text[at] ? [{ bytes: [quote], end: at + 2 }] : none;
  const shell = next === "\\" || next === '"' ? match(shellQuote, text, at) : null;
  if (shell) return [...doubled, { bytes: [quote], end: at + shell[0].length }];
  const broken = /[\s+]/.test(next) ? match(joint, text, at) : null;
  return broken ? [...doubled, { bytes: [], end: at + broken[0].length }] : doubled;
}

const quotedByte = /=([0-9A-F]{2})/y;
const softBreak = /=\r?\n/y;

function quotedPrintable(text: string, at: number): readonly Reading[] {
  const byte = match(quotedByte, text, at);
  const broken = match(softBreak, text, at);
  return [...(byte ? [readHex(byte, at)] : []), ...(broken ? [{ bytes: [], end: at + broken[0].length }] : [])];
}
