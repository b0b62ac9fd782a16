// The JSON inside the store: what nobody asked to change comes back to the digit.
import fc from "fast-check";
import { MeshroomError } from "../../provider/src/diagnostic";
import { SecretValues, secretText } from "../../provider/src/secrets/values";
import { ofInstance } from "./ids";

const id = ofInstance("edr", "prod", "KEY");

test("numbers that JavaScript would round, and Python's floats, are kept", () => {
  const text = '{"big":123456789012345678901234567890,"float":1.0,"nested":{"list":[1e400,-0.0]},"plain":7}';
  const values = SecretValues.parse(text);
  values.set(id, "new");
  values.delete(id);
  expect(values.toText()).toBe(`${text.slice(0, -1)},"meshroom:owners":{}}`);
  expect(secretText(values.entry("big"))).toBe("123456789012345678901234567890");
});

test("any JSON comes back, in ASCII", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (entries) => {
      const text = new SecretValues(Object.entries(entries)).toText();
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(entries)));
      expect(SecretValues.parse(text).toText()).toBe(text);
    }),
  );
});

test("a value that is not text is given as JSON", () => {
  expect([secretText("a"), secretText({ a: [1] }), secretText(5), secretText(null)]).toEqual([
    "a",
    '{"a":[1]}',
    "5",
    undefined,
  ]);
});

test.each(["", "[1]", "null", '"canary-7"', '{"canary-7": nonsense}', "canary-7"])(
  "%j is refused without being quoted",
  (text) => {
    try {
      SecretValues.parse(text);
      throw new Error("this should have failed");
    } catch (error) {
      expect(error).toBeInstanceOf(MeshroomError);
      expect((error as MeshroomError).diagnostics.map(({ code }) => code)).toEqual(["STORE_NOT_JSON"]);
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("canary-7");
    }
  },
);
