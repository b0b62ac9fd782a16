// The files of a recorded revision, as git keeps them: nothing in the tree or in the state has a say in what comes out.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordedTree } from "../../provider/src/resources/lifecycle/recorded-tree";
import { GitFolder } from "../base/git-folder";

let folder: GitFolder;
let cache: string;
beforeEach(() => {
  folder = new GitFolder();
  cache = mkdtempSync(join(tmpdir(), "cache-"));
  process.env.XDG_CACHE_HOME = cache;
});
afterEach(() => {
  folder.remove();
  rmSync(cache, { recursive: true, force: true });
});

const hook = "products/p/h.ts";

test("with every file as it was committed, in the user's cache folder, once per process", async () => {
  folder.write(hook, "one\r\n");
  folder.write("lib/run", "#!/bin/sh\n", 0o755);
  const revision = folder.commit();
  folder.git("rm", "-rq", "products");
  folder.commit();
  const tree = await recordedTree(folder.root, revision, hook);
  expect(tree.startsWith(realpathSync(cache))).toBe(true);
  expect(readFileSync(join(tree, hook), "utf8")).toBe("one\r\n");
  expect(await recordedTree(folder.root, `${revision}+changes`, "lib/run")).toBe(tree);
});

test("a forged tree in .meshroom/recorded/ is not looked at", async () => {
  folder.write(hook, "true");
  const revision = folder.commit();
  folder.write(`.meshroom/recorded/${revision}/${hook}`, "forged");
  folder.commit();
  expect(readFileSync(join(await recordedTree(folder.root, revision, hook), hook), "utf8")).toBe("true");
});

test("export-subst, export-ignore, line ends and filters of the tree's attributes have no say", async () => {
  folder.write(".gitattributes", "*.ts export-subst text eol=crlf ident filter=evil\n*.py export-ignore\n");
  folder.write(hook, "$Format:%s$ $Id$\n");
  folder.write("products/p/h.py", "pass\n");
  folder.git("config", "filter.evil.smudge", "echo evil");
  const revision = folder.commit('"; evil(); "');
  const tree = await recordedTree(folder.root, revision, "products/p/h.py");
  expect(readFileSync(join(tree, hook), "utf8")).toBe("$Format:%s$ $Id$\n");
});

test.each(["--output=FILE", "HEAD", "-h", "main", "0123456", `${"0".repeat(39)}g`])(
  "a state that calls %s a revision is refused before git is asked",
  async (revision) => {
    folder.write(hook, "x");
    folder.commit();
    const files = readdirSync(folder.root);
    await expect(recordedTree(folder.root, revision, hook)).rejects.toThrow(
      /the state names no revision of git.*REVISION_MISSING/,
    );
    expect(readdirSync(folder.root)).toEqual(files);
  },
);

test("a revision that is not in the clone, and a file that is not in the revision, are said", async () => {
  folder.write(hook, "x");
  const revision = folder.commit();
  await expect(recordedTree(folder.root, "0".repeat(40), hook)).rejects.toThrow(
    /is not in this clone.*REVISION_MISSING/s,
  );
  await expect(recordedTree(folder.root, revision, "products/q.ts")).rejects.toThrow(/does not have it either/);
});

test("links stay inside of it, and nothing is written through one", async () => {
  folder.write(hook, "x");
  symlinkSync("h.ts", join(folder.root, "products/p/inside.ts"));
  symlinkSync("/etc/passwd", join(folder.root, "products/p/outside.ts"));
  symlinkSync("../../..", join(folder.root, "products/p/up"));
  symlinkSync("../..", join(folder.root, "products/p/top"));
  symlinkSync("top/../trace", join(folder.root, "products/p/through"));
  const revision = folder.commit();
  const tree = await recordedTree(folder.root, revision, hook);
  expect(readFileSync(join(tree, "products/p/inside.ts"), "utf8")).toBe("x");
  expect(readdirSync(join(tree, "products/p")).sort()).toEqual(["h.ts", "inside.ts", "top"]);
});

test("the part of the repository that is the project, and the packages that it finds", async () => {
  folder.write("meshes/one/products/p/h.ts", "x");
  folder.write("other/secret.txt", "x");
  const revision = folder.commit();
  mkdirSync(join(folder.root, "node_modules/a"), { recursive: true });
  mkdirSync(join(folder.root, "meshes/one/node_modules/b"), { recursive: true });
  const root = join(folder.root, "meshes/one");
  const tree = await recordedTree(root, revision, hook);
  expect(readdirSync(tree).sort()).toEqual(["node_modules", "products"]);
  expect(existsSync(join(tree, "node_modules/b"))).toBe(true);
  expect(existsSync(join(tree, "../node_modules/a"))).toBe(true);
});
