// Names: none that is accepted leads out of its folder, or hides there.
import { execFileSync } from "node:child_process";
import { basename, join, normalize } from "node:path";
import fc from "fast-check";
import { shellWord } from "../../provider/src/base/words";
import { checkName, nameFault } from "../../provider/src/model/name";

const anyName = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(".", "/", "\\", "a", " ", "\u0000", "\n", "_", "\u202e", "é") }),
);

test("no accepted name lets a path out", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      if (nameFault(name) !== undefined) return;
      const path = join("/root/folder", name);
      expect(normalize(path)).toBe(`/root/folder/${name}`);
      expect(basename(path)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  "",
  ".",
  "..",
  "a/b",
  "a\\b",
  "a\0",
  "a\nb",
  " a",
  "a ",
  ".git",
  "a..b",
  "x".repeat(256),
  "é".repeat(128),
  "a\u202eb",
  "\ud800",
  "a\ufffd",
])("%j is refused", (name) => {
  expect(checkName("product", name)?.code).toBe("NAME_INVALID");
});

test.each(["a", "-a", "a_", "x_target_", "My product", "v1.2", "é".repeat(127), "名前", "007"])(
  "%j is accepted",
  (name) => {
    expect(nameFault(name)).toBeUndefined();
  },
);

test.each(["a", "my product", "it's", "$(id)", "a;b", "`id`", "-x", "", "é"])(
  "the shell reads %j as one word",
  (word) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" })).toBe(word);
  },
);
