// `.meshroom/` is used only where nobody else can have put anything into it.
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { checkPrivateFile, checkWorkFolder, workFolder } from "../../provider/src/base/work-folder";
import { GitFolder } from "./git-folder";

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder();
});
afterEach(() => folder.remove());

test("is made for this user alone, and hidden from git", () => {
  expect(workFolder(folder.root, "state")).toBe(join(folder.root, ".meshroom/state"));
  expect(statSync(join(folder.root, ".meshroom")).mode & 0o777).toBe(0o700);
  expect(folder.git("status", "--porcelain")).toBe("");
  expect(() => checkWorkFolder(folder.root)).not.toThrow();
});

test.each(["passphrase", "state/x.json", "pulumi/Pulumi.yaml", "recorded/0123/h.ts"])(
  "with %s in git it is refused, and the command is said",
  (file) => {
    folder.write(`.meshroom/${file}`, "x");
    folder.commit();
    expect(() => workFolder(folder.root)).toThrow(
      `.meshroom/${file} is kept by git, so whoever can push can change it; it holds state and passphrase, which are taken from nobody else [WORK_FOLDER]`,
    );
    expect(() => workFolder(folder.root)).toThrow("`git rm -r --cached .meshroom`");
  },
);

test("in a project below the repository's root, too", () => {
  folder.write("meshes/one/.meshroom/passphrase", "x");
  folder.commit();
  expect(() => checkWorkFolder(join(folder.root, "meshes/one"))).toThrow(/\.meshroom\/passphrase is kept by git/);
});

test("a link is refused, wherever it leads", () => {
  mkdirSync(join(folder.parent, "elsewhere"));
  symlinkSync(join(folder.parent, "elsewhere"), join(folder.root, ".meshroom"));
  expect(() => workFolder(folder.root, "state")).toThrow(/\.meshroom is a link, or no folder.*\[WORK_FOLDER\]/);
  expect(existsSync(join(folder.parent, "elsewhere/state"))).toBe(false);
});

test.each([0o777, 0o770, 0o722])("one that others can write (%o) is refused", (mode) => {
  workFolder(folder.root);
  chmodSync(join(folder.root, ".meshroom"), mode);
  expect(() => checkWorkFolder(folder.root)).toThrow(/can be written by others.*\[WORK_FOLDER\]/);
});

test.each([
  [0o644, "can be read by others"],
  [0o622, "can be written by others"],
])("a passphrase with mode %o is refused", (mode, why) => {
  workFolder(folder.root);
  folder.write(".meshroom/passphrase", "x", mode);
  expect(() => checkPrivateFile(folder.root, "passphrase")).toThrow(why);
  chmodSync(join(folder.root, ".meshroom/passphrase"), 0o600);
  expect(() => checkPrivateFile(folder.root, "passphrase")).not.toThrow();
});

test("a repository that git does not answer for is refused: it could keep the folder", () => {
  workFolder(folder.root);
  folder.write(".git/HEAD", "broken");
  const elsewhere = join(folder.root, "sub");
  mkdirSync(join(elsewhere, ".meshroom"), { recursive: true, mode: 0o700 });
  expect(() => checkWorkFolder(elsewhere)).toThrow(/git does not say whether it keeps it.*\[WORK_FOLDER\]/);
});
