// Editing manifests: what isn't touched stays, and what is written is read again, by either YAML.
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { writeFileWhole } from "../../provider/src/base/write-file";
import { deleteIn, editManifest, setIn } from "../../provider/src/model/edit-manifest";
import { withTree } from "./fixtures";

const manifest = `# A product
---
name:   edr    # aligned by hand
tags:
- endpoint
- NO
old: yes

# About the settings
settings:
    # inner
    - {name: url,  required: yes}
status: up # set by hand
unknown: &anchor {k: 'v'}
again: *anchor
text: |
  one

  # two

# The end
`;

const variants = [
  manifest,
  manifest.trimEnd(),
  manifest.replaceAll("\n", "\r\n"),
  `\uFEFF${manifest}`,
  "",
  "# only\n",
  "{a: 1}",
  "a: 1",
];

test.each(variants)("an edit that does nothing changes nothing: %#", (text) => {
  expect(editManifest(text, () => undefined)).toBe(text);
});

test("removing a key removes its line and nothing else", () => {
  const edited = editManifest(manifest, (document) => deleteIn(document, ["status"]));
  expect(edited).toBe(manifest.replace("status: up # set by hand\n", ""));
});

test("setting a value keeps the comment on its line and every other line", () => {
  const edited = editManifest(manifest, (document) => setIn(document, ["status"], "down"));
  expect(edited).toBe(manifest.replace("status: up #", "status: down #"));
});

test("a new key stands after the last one, before the closing comment", () => {
  const edited = editManifest(manifest, (document) => setIn(document, ["mode"], "pull"));
  expect(edited).toBe(manifest.replace("\n# The end", "mode: pull\n\n# The end"));
});

test("line ends, byte order mark and a missing final newline are kept", () => {
  const set = (text: string) => editManifest(text, (document) => setIn(document, ["a"], 2));
  expect(set("\uFEFFa: 1\r\n# c\r\nb: 2")).toBe("\uFEFFa: 2\r\n# c\r\nb: 2");
});

test("of a key that is written twice the last is set, and both are removed", () => {
  const twice = "a: 1\nb: 1\na: 2\n";
  expect(editManifest(twice, (document) => setIn(document, ["a"], 3))).toBe("a: 1\nb: 1\na: 3\n");
  expect(editManifest(twice, (document) => deleteIn(document, ["a"]))).toBe("b: 1\n");
});

test("a path leads through what is empty or missing", () => {
  const set = (text: string) => editManifest(text, (document) => setIn(document, ["settings", "proxy", "host"], "x"));
  for (const text of ["", "settings:\n", "settings: {}\n", "settings:\n  proxy:\n"]) {
    expect(parse(set(text))).toEqual({ settings: { proxy: { host: "x" } } });
  }
});

test.each([
  "yes",
  "NO",
  "on",
  "1:30",
  "0o17",
  "017",
  "1_000",
  "2024-01-01",
  "null",
  "~",
  "<<",
  "=",
  "1e3",
  "0x1f",
  ".inf",
  "",
  " a",
  "a: b",
  "# a",
])("the text %j is text for both YAMLs", (value) => {
  const text = editManifest("", (document) => setIn(document, ["a"], value));
  expect(parse(text)).toEqual({ a: value });
  expect(parse(text, { version: "1.1" })).toEqual({ a: value });
});

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.string({ unit: fc.constantFrom("a", "\n", " ", "#", ":", "-", "'", '"') }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,6}$/), tie("value"), { maxKeys: 3 }),
  ),
})).value;
const key = fc.constantFrom("name", "tags", "old", "settings", "status", "unknown", "again", "text", "new");

test("what is written is read again, and the other keys and all comments above them stay", () => {
  fc.assert(
    fc.property(key, values, fc.boolean(), (name, value, isWindows) => {
      const before = isWindows ? manifest.replaceAll("\n", "\r\n") : manifest;
      const after = editManifest(before, (document) => setIn(document, [name], value));
      expect(parse(after)).toEqual({ ...parse(before), [name]: parse(JSON.stringify(value)) });
      for (const comment of ["# A product", "# About the settings", "# The end"]) expect(after).toContain(comment);
      expect(/(^|[^\r])\n/.test(after)).toBe(!isWindows);
    }),
    { numRuns: 500, examples: [["settings", { a: "x\ny" }, true]] },
  );
});

test("a manifest that can't be read isn't edited", () => {
  expect(() => editManifest('a: "b', () => undefined, "x.yaml")).toThrow(/x\.yaml:1:.*YAML_SYNTAX/);
});

test("a file is written whole, keeps its permissions, and leaves nothing beside it", () => {
  withTree({ "a.yaml": "a: 1\n" }, (root) => {
    const path = join(root, "a.yaml");
    chmodSync(path, 0o640);
    symlinkSync("a.yaml", join(root, "link.yaml"));
    writeFileWhole(join(root, "link.yaml"), "a: 2\n");
    writeFileWhole(join(root, "new.yaml"), "é\n");
    expect(readFileSync(path, "utf8")).toBe("a: 2\n");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readFileSync(join(root, "new.yaml"), "utf8")).toBe("é\n");
    expect(readdirSync(root).sort()).toEqual(["a.yaml", "link.yaml", "new.yaml"]);
    expect(() => writeFileWhole(join(root, "missing", "a.yaml"), "")).toThrow(/ENOENT/);
  });
});

test("nested keys keep their indentation, edit after edit", () => {
  const before = "settings:\n  # About the url\n  url: a\n  proxy:\n    host: b\n";
  const once = editManifest(before, (document) => setIn(document, ["settings", "port"], 1));
  const twice = editManifest(once, (document) => setIn(document, ["settings", "proxy", "port"], 2));
  expect(twice).toBe("settings:\n  # About the url\n  url: a\n  proxy:\n    host: b\n    port: 2\n  port: 1\n");
});
