// Changes of files are made all or none.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileChanges, removeEmptyFolders } from "../../provider/src/actions/files/file-changes";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "meshroom-changes-"));
  mkdirSync(join(root, "a/b"), { recursive: true });
  writeFileSync(join(root, "a/b/old.yaml"), "old: 1\n");
  writeFileSync(join(root, "a/kept.yaml"), "kept: 1\n");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const tree = () => (readdirSync(root, { recursive: true }) as string[]).sort();
const read = (path: string) => readFileSync(join(root, path), "utf8");

function planned(): FileChanges {
  const changes = new FileChanges(root);
  changes.write("a/kept.yaml", "kept: 2\n");
  changes.write("new/deep/file.yaml", "new: 1\n");
  changes.remove("a/b");
  changes.remove("not/there");
  return changes;
}

test("what is planned is seen before it is made", async () => {
  const changes = planned();
  expect(changes.textOf("a/kept.yaml")).toBe("kept: 2\n");
  expect(changes.textOf("a/b/old.yaml")).toBe("old: 1\n");
  expect(tree()).toEqual(["a", "a/b", "a/b/old.yaml", "a/kept.yaml"]);
  expect(await changes.apply(() => "done")).toBe("done");
  expect(tree()).toEqual(["a", "a/kept.yaml", "new", "new/deep", "new/deep/file.yaml"]);
  expect(read("a/kept.yaml")).toBe("kept: 2\n");
  expect(changes.written).toEqual(["a/kept.yaml", "new/deep/file.yaml"]);
});

test("a failure afterwards undoes all of it", async () => {
  await expect(planned().apply(() => Promise.reject(new Error("no key")))).rejects.toThrow("no key");
  expect(tree()).toEqual(["a", "a/b", "a/b/old.yaml", "a/kept.yaml"]);
  expect(read("a/kept.yaml")).toBe("kept: 1\n");
});

test("a failure half-way undoes what was done before it", async () => {
  const changes = planned();
  changes.write("a/kept.yaml/below-a-file.yaml", "x: 1\n");
  await expect(changes.apply(() => undefined)).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(tree()).toEqual(["a", "a/b", "a/b/old.yaml", "a/kept.yaml"]);
});

test("empty folders are removed up to a top that stays", () => {
  mkdirSync(join(root, "top/x/y"), { recursive: true });
  writeFileSync(join(root, "top/x/z"), "");
  removeEmptyFolders(root, "top/x/y/gone.yaml", "top");
  expect(tree()).toContain("top/x/z");
  expect(tree()).not.toContain("top/x/y");
  rmSync(join(root, "top/x/z"));
  removeEmptyFolders(root, "top/x/gone.yaml", "top");
  expect(tree()).toContain("top");
  expect(tree()).not.toContain("top/x");
});
