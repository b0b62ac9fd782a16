// Writes the files of a git revision into a folder as git keeps them: no attribute of the tree, filter or hook has a say in it.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, posix, resolve } from "node:path";
import { git } from "./git";
import { isInside } from "./paths";

interface Entry {
  mode: string;
  object: string;
  path: string;
}

/** The part of `revision` (a hash) below `root`. Submodules are left out, and links that lead out of it. @throws GitError */
export async function extractRevision(root: string, revision: string, folder: string): Promise<void> {
  const listed = await git(root, ["ls-tree", "-r", "-z", revision, "."]);
  const entries = listed.toString().split("\0").flatMap(parseEntry);
  const blobs = await git(root, ["cat-file", "--batch"], entries.map(({ object }) => `${object}\n`).join(""));
  const contents = splitBatch(blobs, entries.length);
  const files = entries.map((entry, index) => ({ ...entry, content: contents[index] as Buffer }));
  const isLink = ({ mode }: Entry) => mode === "120000";
  for (const { path, mode, content } of files.filter((each) => !isLink(each))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: mode === "100755" ? 0o700 : 0o600, flag: "wx" });
  }
  // Last, so that nothing is written through one.
  for (const { path, content } of files.filter(isLink)) {
    const target = content.toString();
    if (!staysInside(folder, path, target)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
}

/** A way that goes up again on its way down could do so through another link. */
function staysInside(folder: string, path: string, target: string): boolean {
  return posix.normalize(target) === target && isInside(folder, resolve(folder, dirname(path), target));
}

/** `100644 blob <object>\t<path>`; a tree that was made by hand may hold any path. */
function parseEntry(line: string): Entry[] {
  const [, mode = "", object = "", path = ""] = /^(\d{6}) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
  const parts = path.split(/[/\\]/);
  const isSound = path !== "" && normalize(path) === path && !parts.some((part) => /^(\.\.?|\.git|)$/i.test(part));
  return isSound ? [{ mode, object, path }] : [];
}

/** `<object> blob <bytes>\n<content>\n`, one after the other. */
function splitBatch(output: Buffer, count: number): Buffer[] {
  const contents: Buffer[] = [];
  for (let at = 0; contents.length < count; ) {
    const end = output.indexOf("\n", at);
    const size = Number(/ blob (\d+)$/.exec(output.subarray(at, end).toString())?.[1]);
    if (!(size >= 0)) throw new Error(`git cat-file answers ${JSON.stringify(output.subarray(at, end).toString())}`);
    contents.push(output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}
