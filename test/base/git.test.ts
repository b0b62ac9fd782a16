// Git is called so that nothing that a repository's own config names is run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { git, gitSync, withoutOwnFilters } from "../../provider/src/base/git";
import { currentRevision } from "../../provider/src/resources/lifecycle/recorded-tree";
import { GitFolder } from "./git-folder";

let folder: GitFolder;
beforeEach(() => {
  folder = new GitFolder();
});
afterEach(() => folder.remove());

test("neither a monitor, nor a hook, nor a filter of the repository's config is run to know whether files have changed", async () => {
  folder.write("a.txt", "one");
  folder.write(".gitattributes", "*.txt filter=evil\n");
  folder.commit();
  folder.write("tool", folder.script(), 0o755);
  folder.write(".git/hooks/post-index-change", folder.script(), 0o755);
  const tool = `'${join(folder.root, "tool")}'`;
  for (const [key, value] of [
    ["core.fsmonitor", tool],
    ["filter.evil.clean", tool],
    ["filter.evil.smudge", tool],
    ["filter.evil.process", tool],
    ["filter.evil.required", "true"],
    ["core.sshCommand", tool],
    ["core.pager", tool],
    ["diff.external", tool],
  ] as const)
    folder.git("config", key, value);
  folder.write("a.txt", "two, of another size");
  expect(await currentRevision(folder.root)).toMatch(/^[0-9a-f]{40}\+changes$/);
  expect(existsSync(folder.trace)).toBe(false);
  // The same without our settings leaves a trace: the test would see it.
  folder.git("status", "--porcelain");
  expect(existsSync(folder.trace)).toBe(true);
});

test("filters of the person's own config stay", async () => {
  folder.git("config", "filter.evil.clean", "x");
  expect(await withoutOwnFilters(folder.root)).toEqual(["-c", "filter.evil.clean="]);
});

test("no transport is used, whatever the repository's config allows", async () => {
  folder.git("config", "protocol.ext.allow", "always");
  folder.git("remote", "add", "origin", `ext::touch ${folder.trace.replaceAll(" ", "% ")}`);
  await expect(git(folder.root, ["fetch", "origin"])).rejects.toThrow();
  await expect(git(folder.root, ["ls-remote", "https://localhost:1/x"])).rejects.toMatchObject({
    output: expect.stringMatching(/transport 'https' not allowed/),
  });
  expect(existsSync(folder.trace)).toBe(false);
});

test("a folder in the tree that looks like a repository is none", () => {
  folder.git("init", "-q", "--bare", "inner");
  folder.git("-C", "inner", "config", "core.fsmonitor", join(folder.root, "tool"));
  folder.write("tool", folder.script(), 0o755);
  expect(() => gitSync(join(folder.root, "inner"), ["rev-parse", "--is-bare-repository"])).toThrow(/exit code/);
});

test("what git said is in the error", () => {
  expect(() => gitSync(folder.root, ["rev-parse", "--verify", "nowhere"])).toThrow(
    "git rev-parse ended with exit code 128",
  );
});
