// Secrets of every alphabet and length, written down in every way that hooks use: no run of 8 characters comes out, nor a shorter one whole.
import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import fc from "fast-check";
import { lineReader } from "../../provider/src/hooks/hosts/protocol";
import { MASK, SecretMask } from "../../provider/src/secrets/mask";

/** A secret, written within something else, and the characters of the result that give it away. */
type Writing = (value: string) => { text: string; form: string };

const around = (before: string, form: string, after = before) => ({ text: `${before}${form}${after}`, form });
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const ascii = (text: string) =>
  json(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const bytes = (text: string) => Buffer.from(text, "utf8");
const wide = (text: string) => Buffer.from(text, "utf16le");
const html = (text: string, entities: Record<string, string>) =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

const writings: Record<string, Writing> = {
  plain: (value) => around(" ", value),
  JSON: (value) => around('{"key":"', json(value), '"}'),
  "JSON of ASCII": (value) => around('"', ascii(value)),
  "JSON in JSON": (value) => around('{"body":"{\\"key\\":\\"', json(json(value)), '\\"}"}'),
  "JSON in JSON in JSON": (value) => around('"', json(json(ascii(value)))),
  "JSON with escaped slashes": (value) => around('"', json(value).replaceAll("/", "\\/")),
  "Node's quotes": (value) => around("{ key: ", inspect(value), " }"),
  "a shell's quotes": (value) => around("curl -H ", `'${value.replaceAll("'", "'\\''")}'`, " x"),
  "Python's shell quotes": (value) => around("curl -H ", `'${value.replaceAll("'", `'"'"'`)}'`, " x"),
  "a shell's backslashes": (value) => around("curl ", value.replace(/[^A-Za-z0-9_\u0080-\uffff\n]/g, "\\$&"), " x"),
  "a shell's double quotes": (value) => around('curl "', value.replace(/[$`"\\]/g, "\\$&"), '" x'),
  "SQL's quotes": (value) => around("VALUES ('", value.replaceAll("'", "''"), "')"),
  CSV: (value) => around('1,"', value.replaceAll('"', '""'), '",2'),
  "HTML's names": (value) =>
    around("<b>", html(value, { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }), "</b>"),
  "HTML's numbers": (value) =>
    around(
      "<b>",
      value.replace(/[^A-Za-z0-9]/gu, (character) => `&#x${character.codePointAt(0)?.toString(16)};`),
      "</b>",
    ),
  "HTML twice": (value) =>
    around("", html(html(value, { "&": "&amp;", "<": "&lt;", "'": "&#x27;" }), { "&": "&amp;" })),
  "a URL": (value) => around("https://x.example/?k=", encodeURIComponent(value), "&l=1"),
  "a URL in a URL": (value) => around("https://x.example/?k=", encodeURIComponent(encodeURIComponent(value)), "&l=1"),
  "a form": (value) => around("k=", new URLSearchParams([["", value]]).toString().slice(1), "&l=1"),
  "every byte of a URL": (value) => around("/", [...bytes(value)].map((byte) => `%${hex(byte)}`).join("")),
  base64: (value) => inBase64(bytes(value), "base64"),
  base64url: (value) => inBase64(bytes(value), "base64url"),
  "base64 of UTF-16": (value) => inBase64(wide(value), "base64"),
  "base64 of JSON": (value) => inBase64(bytes(json(value)), "base64"),
  "base64 of JSON of ASCII": (value) => inBase64(bytes(ascii(value)), "base64url"),
  hex: (value) => around("0", bytes(value).toString("hex"), " "),
  "hex in capitals": (value) => around(":", bytes(value).toString("hex").toUpperCase()),
  "hex in pairs": (value) =>
    around(
      "<Buffer ",
      bytes(value)
        .toString("hex")
        .replace(/..(?=.)/g, "$& "),
      ">",
    ),
  "hex of C": (value) => around("{", [...bytes(value)].map((byte) => `0x${hex(byte)}`).join(", "), "}"),
  "hex of UTF-16": (value) => around(" ", wide(value).toString("hex")),
  "hex of big-endian UTF-16": (value) => around(" ", wide(value).swap16().toString("hex")),
  "a list of bytes": (value) => around("[", [...bytes(value)].join(", "), "]"),
  "Node's list of bytes": (value) => {
    const [before = "", list = ""] = inspect(new Uint8Array(bytes(value)), { maxArrayLength: null }).split("[");
    return { text: `${before}[${list}`, form: list.trim() };
  },
};

const hex = (byte: number) => byte.toString(16).padStart(2, "0");

/** Credentials of a longer name, so that the secret's bits begin anywhere. */
function inBase64(value: Buffer, encoding: "base64" | "base64url"): { text: string; form: string } {
  const before = `${"u".repeat(1 + (value.length % 3))}:`;
  const text = Buffer.concat([Buffer.from(before), value]).toString(encoding);
  return { text: `Basic ${text} `, form: text.slice(Math.ceil((before.length * 8) / 6)).replace(/=+$/, "") };
}

const alphabets = [
  "abcdefghijklmnopqrstuvwxyz",
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  "0123456789abcdef",
  "0123456789",
  "aB9'\"\\`$&<>%+=/ \t",
  "ab\\nrtu'\"x0",
  "äöüßéñçøÅ aZ9",
  "пароль密码パスワード",
  "😀🔑é\u200b\u0000\u001b\u007f a",
  "-_.~!*()[]{}secret",
];
/** No blanks at its ends, which a writer of text may lose; not part of the mask itself. */
const secret = fc
  .constantFrom(...alphabets)
  .chain((alphabet) => {
    const text = (minLength: number, maxLength: number) =>
      fc.string({ minLength, maxLength, unit: fc.constantFrom(...alphabet) });
    return fc.oneof(text(4, 12), text(8, 60), text(60, 300));
  })
  .filter((value) => bytes(value).length >= 4 && value.trim() === value && !MASK.includes(value));

/** What must not come out: every run of 8 characters of what was written, or all of it where that is shorter. */
function runsOf(form: string): string[] {
  if (form.length <= 8) return [form];
  return Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8));
}

/** A run that would be there without the secret, as spaces and zeros of its alphabet are, says nothing. */
function leaks(hidden: string, form: string, elsewhere: string): string | undefined {
  return runsOf(form).find((run) => hidden.includes(run) && !elsewhere.includes(run));
}

function maskOf(value: string): SecretMask {
  const mask = new SecretMask();
  mask.add(value);
  return mask;
}

describe.each(Object.entries(writings))("in %s", (_, write) => {
  test("no secret comes out", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const { text, form } = write(value);
        expect(text).toContain(form);
        const empty = text.replace(form, () => MASK);
        expect(leaks(maskOf(value).hide(text), form, empty)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});

test("what Python writes: repr, ascii, bytes, json, shlex, html, urllib, pprint", () => {
  const samples = fc.sample(secret, { numRuns: 60, seed: 20 });
  const script = `
import sys, json, html, shlex, urllib.parse, pprint, base64, binascii
for value in json.loads(sys.stdin.read()):
    data = value.encode()
    print(json.dumps([repr(value), ascii(value), repr(data), json.dumps(value), json.dumps(json.dumps(value)), shlex.quote(value),
        html.escape(value), urllib.parse.quote(value), urllib.parse.quote_plus(value), repr(json.dumps(value)), repr(repr(value)),
        str(list(data)), data.hex(" "), binascii.hexlify(value.encode("utf-16-be")).decode(), base64.b64encode(data).decode(),
        repr({"key": value}), repr(bytearray(data)), pprint.pformat({"key": value}, width=10000)]))
`;
  const output = execFileSync("python3", ["-I", "-c", script], { input: JSON.stringify(samples), encoding: "utf8" });
  const written = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
  expect(written).toHaveLength(samples.length);
  for (const [index, value] of samples.entries()) {
    for (const text of written[index] ?? [])
      expect([text, leaks(maskOf(value).hide(text), value, "")]).toEqual([text, undefined]);
    // Whatever it looks like: hardly more than quotes and names is left.
    for (const text of written[index] ?? [])
      expect(maskOf(value).hide(text).replaceAll(MASK, "").length).toBeLessThan(40);
  }
});

test("secrets that are split over writes come out of no line", () => {
  fc.assert(
    fc.property(secret, fc.array(fc.nat(400), { maxLength: 6 }), (value, cuts) => {
      const text = `the key is ${value} as you see\n`;
      const lines: string[] = [];
      const reader = lineReader((line) => lines.push(maskOf(value).hide(line)));
      let from = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
        reader.push(text.slice(from, cut));
        from = Math.max(from, cut);
      }
      reader.end();
      expect(leaks(lines.join("\n"), value, "the key is as you see")).toBeUndefined();
    }),
  );
});

test("of a secret that is broken into lines of base64, nothing comes out", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 200, maxLength: 3000 }), fc.constantFrom(64, 76), (random, width) => {
      const value = Buffer.from(random).toString("base64");
      const encoded = Buffer.from(value).toString("base64");
      const mask = maskOf(value);
      for (const line of encoded.match(new RegExp(`.{1,${width}}`, "g")) ?? []) {
        if (line.length >= 16) expect(mask.hide(line).replaceAll(MASK, "").length).toBeLessThan(8);
      }
    }),
    { numRuns: 50 },
  );
});

test("the lines of a PEM come out of no writing of it", () => {
  const body = Buffer.from(Array.from({ length: 1220 }, (_, index) => (index * 7919) % 251)).toString("base64");
  const pem = `-----BEGIN PRIVATE KEY-----\n${body.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
  const mask = maskOf(pem);
  const texts = [
    pem,
    JSON.stringify({ pem }),
    json(JSON.stringify({ pem })),
    inspect({ pem }),
    inspect([pem]),
    pem.replaceAll("\n", "\r\n"),
  ];
  for (const text of [...texts, pem.replaceAll("\n", "\\n"), pem.replaceAll("\n", " "), body]) {
    const hidden = text.split("\n").map((line) => mask.hide(line));
    expect(leaks(hidden.join("\n"), body, "")).toBeUndefined();
    expect(leaks(mask.hide(text), body, "")).toBeUndefined();
  }
});

test("a secret that is longer than a line may be comes out of neither its beginning nor its end", () => {
  const value = Array.from({ length: 30_000 }, (_, index) => (index * 7919 + 11).toString(36))
    .join("")
    .slice(0, 100_000);
  const mask = maskOf(value);
  for (const before of ["", "x".repeat(65_000)]) {
    const hidden = mask.hide(`${before}${value}`.slice(0, 65_536), true);
    expect(leaks(hidden, value, before)).toBeUndefined();
  }
});
