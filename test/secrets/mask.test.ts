// Secrets in text: hidden in every form in which they usually leak, and nothing else is touched.
import fc from "fast-check";
import { MASK, SecretMask } from "../../provider/src/secrets/mask";

function maskOf(...values: string[]): SecretMask {
  const mask = new SecretMask();
  for (const value of values) mask.add(value);
  return mask;
}

/** A secret of random characters or of those that encodings treat differently; none that stands in the mask itself. */
const secret = fc
  .oneof(
    fc.string({ minLength: 4, maxLength: 40, unit: "grapheme" }),
    fc.string({ minLength: 4, maxLength: 40, unit: fc.constantFrom(..."aZ09+/=&%\"\\'!*()~ \t\n{}é漢😀") }),
  )
  .filter((value) => value.trim().length >= 4 && ![value, value.trim()].some((text) => MASK.includes(text)));
const surroundings = fc.string({ maxLength: 30, unit: "grapheme" });

/** What a text that holds the secret looks like once it is written down in some way, and the part of it that gives the secret away. */
const writings: Record<string, (before: string, value: string, after: string) => [text: string, form: string]> = {
  plain: (before, value, after) => [before + value + after, value],
  JSON: (before, value, after) => [JSON.stringify(before + value + after), JSON.stringify(value).slice(1, -1)],
  "a URL": (before, value, after) => [encodeURIComponent(before + value + after), encodeURIComponent(value)],
  "a form": (before, value, after) => {
    const text = new URLSearchParams({ [`k${before}`]: value, [`z${after}`]: "" }).toString();
    return [text, new URLSearchParams([["", value]]).toString().slice(1)];
  },
  base64: (before, value, after) => inBase64("base64", before, value, after),
  base64url: (before, value, after) => inBase64("base64url", before, value, after),
  hex: (before, value, after) => [
    Buffer.from(before + value + after).toString("hex"),
    Buffer.from(value).toString("hex"),
  ],
};

function inBase64(encoding: "base64" | "base64url", before: string, value: string, after: string): [string, string] {
  const start = Buffer.byteLength(before) * 8;
  const text = Buffer.from(before + value + after).toString(encoding);
  return [text, text.slice(Math.ceil(start / 6), Math.floor((start + Buffer.byteLength(value) * 8) / 6))];
}

describe("hide", () => {
  test.each(Object.entries(writings))("leaves no secret in %s", (_, write) => {
    fc.assert(
      fc.property(secret, surroundings, surroundings, (value, before, after) => {
        const [text, form] = write(before, value, after);
        fc.pre(form.length >= 4 && !MASK.includes(form));
        expect(text).toContain(form);
        expect(maskOf(value).hide(text)).not.toContain(form);
      }),
      { numRuns: 500 },
    );
  });

  test("twice is once", () => {
    const values = fc.array(fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(..."abc-[]ecrst") }), {
      maxLength: 5,
    });
    const texts = fc.string({ maxLength: 60, unit: fc.constantFrom(..."abc-[]ecrst", MASK) });
    fc.assert(
      fc.property(values, texts, (secrets, text) => {
        const mask = maskOf(...secrets);
        expect(mask.hide(mask.hide(text))).toBe(mask.hide(text));
      }),
      { numRuns: 2000 },
    );
  });

  test("changes nothing in a text without secrets", () => {
    const lower = fc.string({ maxLength: 200, unit: fc.constantFrom(..."abcdef \n{}") });
    fc.assert(fc.property(lower, (text) => expect(maskOf("XYZXYZ").hide(text)).toBe(text)));
    expect(maskOf().hide("text")).toBe("text");
    expect(maskOf("").hide("text")).toBe("text");
  });

  test("keeps what stands around", () => {
    expect(maskOf("hunter22").hide("key=hunter22, again hunter22!")).toBe(`key=${MASK}, again ${MASK}!`);
  });

  test("hides secrets that contain, overlap or follow each other as one", () => {
    expect(maskOf("abcd", "abcdefgh").hide("-abcdefgh-")).toBe(`-${MASK}-`);
    expect(maskOf("abcdef", "defghi").hide("-abcdefghi-")).toBe(`-${MASK}-`);
    expect(maskOf("passpass").hide("-passpasspass-")).toBe(`-${MASK}-`);
    expect(maskOf("abcd").hide("abcdabcd")).toBe(MASK);
  });

  test("hides a secret of several lines line by line", () => {
    const line = (character: string) => character.repeat(64);
    const pem = `-----BEGIN PRIVATE KEY-----\n${line("M")}\r\n${line("Q")}\nab==\n-----END PRIVATE KEY-----\n`;
    const mask = maskOf(pem);
    for (const each of [line("M"), line("Q"), `  ${line("M")},`]) expect(mask.hide(each)).not.toContain("MM");
    expect(mask.hide(`x${pem}y`)).toBe(`x${MASK}y`);
    expect(mask.hide(pem.trim())).toBe(MASK);
    expect(maskOf("ab\nlonger-line").hide("longer-line ab")).toBe(`${MASK} ab`);
  });

  test("hides the last short line of a secret where it is a line", () => {
    const pem = `-----BEGIN KEY-----\n${"M".repeat(64)}\nwQ==\n-----END KEY-----\n`;
    const mask = maskOf(pem);
    for (const line of ["wQ==", "  wQ==", "'wQ==\\n' +", '"wQ==",']) expect(mask.hide(line)).not.toContain("wQ==");
    expect(mask.hide("an answer wQ== of another kind")).toContain("wQ==");
    expect(maskOf('{\n  "a": 1\n}').hide("{\n}")).toBe("{\n}");
  });

  test("hides an object and its parts, but no part that is as short as an ordinary word", () => {
    expect(maskOf('["a"]').hide("a list is a list")).toBe("a list is a list");
    const mask = maskOf('{"user": "a", "password": "hunter22", "pin": 123456, "deep": ["other-key"]}');
    expect(mask.hide("a hunter22 or other-key or 123456")).toBe(`a ${MASK} or ${MASK} or ${MASK}`);
    expect(mask.hide('got {"user": "a", "password": "hunter22", "pin": 123456, "deep": ["other-key"]}')).toBe(
      `got ${MASK}`,
    );
    expect(maskOf('data:application/json,{"token":"hunter22"}').hide("hunter22")).toBe(MASK);
  });

  test("hides a secret that contains the mask, or a part of it", () => {
    expect(maskOf(`ab${MASK}cd`).hide(`-ab${MASK}cd-`)).toBe(`-${MASK}-`);
    expect(maskOf("x[secr").hide("x[secret]")).toBe(MASK);
    expect(maskOf("secret").hide(`a ${MASK} secret`)).toBe(`a ${MASK} ${MASK}`);
  });

  test("hides the beginning of a secret where the text was cut", () => {
    const mask = maskOf("hunter22".repeat(20_000), "another-secret");
    const long = "hunter22".repeat(20_000).slice(0, 65_536);
    expect(mask.hide(long, true)).toBe(MASK);
    expect(mask.hide("it is another-sec", true)).toBe(`it is ${MASK}`);
    expect(mask.hide("it is another-sec")).toBe("it is another-sec");
  });

  test("hides a short secret only where it stands alone", () => {
    const mask = maskOf("42", "x");
    expect(mask.hide("42 is x, 142 and 420 and max are not; pin:42")).toBe(
      `${MASK} is ${MASK}, 142 and 420 and max are not; pin:${MASK}`,
    );
    expect(maskOf("a b").hide("a b c")).toBe(`${MASK} c`);
  });

  test("hides basic credentials and Python's JSON", () => {
    expect(maskOf("s3cret-key").hide(`Basic ${Buffer.from("user:s3cret-key").toString("base64")}`)).not.toContain(
      Buffer.from("s3cret").toString("base64").slice(0, 4),
    );
    expect(maskOf("pâsswörd").hide('{"p": "p\\u00e2ssw\\u00f6rd"}')).toBe(`{"p": "${MASK}"}`);
  });

  test("takes a value that is no well-formed text", () => {
    expect(maskOf("ab\ud800cd").hide("ab\ud800cd")).toBe(MASK);
  });

  test("is quick for a long text and many secrets", () => {
    const secrets = Array.from({ length: 50 }, (_, i) => `${i}-${"s3cretvalue".repeat(3)}-${i * 7919}`);
    const mask = maskOf(...secrets);
    const text = `${"the quick brown fox jumps over the lazy dog\n".repeat(23_000)}${secrets.join()}`;
    const start = process.cpuUsage();
    const hidden = mask.hide(text);
    // In time of the processor, which others do not take away.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
    expect(hidden).not.toContain("s3cret");
  });
});

test("hideIn masks texts, numbers and names, and loses no member", () => {
  const mask = maskOf("hunter22", "123456");
  expect(mask.hideIn({ hunter22: [123456, 42, true, null], "a hunter22": "b", "a [secret]": "c" })).toEqual({
    [MASK]: [MASK, 42, true, null],
    [`a ${MASK}`]: "b",
    [`a ${MASK} 2`]: "c",
  });
});

test("occursIn tells whether anything would be hidden", () => {
  const mask = maskOf("hunter22");
  expect(mask.occursIn('{"key":"hunter22"}')).toBe(true);
  expect(mask.occursIn('{"key":"hunter2"}')).toBe(false);
});
