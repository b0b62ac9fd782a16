// Trees of two git revisions side by side: the working tree as it lies there, others written into a folder for as long as they are read.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { extractRevision } from "../../base/extract-revision";
import { GitError, git } from "../../base/git";
import { realPath } from "../../base/paths";
import { userFolder, userFolderPath } from "../../base/user-folders";
import { meshroomCommand } from "../../base/words";
import { MeshroomError } from "../../diagnostic";
import { openProject } from "../../mesh/open";
import type { Project } from "../../model/types";
import { parseStore } from "../../secrets/message";
import { findDeployment } from "../engine/deployment";

export interface TreeAt {
  /** As it was asked for, or `working tree`. */
  name: string;
  /** Absolute path of the Meshroom project. */
  root: string;
  /** Absolute path of the folder with Pulumi.yaml; undefined where the project has no Pulumi program. */
  program: string | undefined;
}

/** The merge base of what is checked out with the default branch: what a pull request is compared with. @throws MeshroomError REVISION_MISSING */
export async function defaultBase(root: string): Promise<string> {
  const ask = (...args: string[]) =>
    git(root, args).then(
      (answer) => answer.toString().trim(),
      () => undefined,
    );
  const remote = await ask("symbolic-ref", "--short", "refs/remotes/origin/HEAD");
  for (const branch of [remote, "origin/main", "origin/master", "main", "master"]) {
    const base = branch && (await ask("merge-base", branch, "HEAD"));
    if (base) return base;
  }
  if (await ask("rev-parse", "--verify", "HEAD")) return "HEAD";
  throw missing(
    "the project is in no git repository with a commit",
    "call it in a clone, or commit what is there first: `git init && git add -A && git commit`",
  );
}

/** Reads two trees and forgets what was written for it. @throws MeshroomError REVISION_MISSING */
export async function withTrees<T>(
  root: string,
  base: string,
  head: string | undefined,
  read: (base: TreeAt, head: TreeAt) => Promise<T>,
): Promise<T> {
  const deployment = findDeployment(root);
  const top = realPath(deployment.kind === "program" ? deployment.folder : root);
  const below = relative(top, realPath(root));
  const folders: string[] = [];
  const at = async (revision: string): Promise<TreeAt> => {
    const folder = mkdtempSync(join(userFolder("cache", root, ["compared"]), "tree-"));
    folders.push(folder);
    await extract(top, revision, folder);
    return { name: revision, root: join(folder, below), program: deployment.kind === "program" ? folder : undefined };
  };
  const working = { name: "working tree", root, program: deployment.kind === "program" ? top : undefined };
  try {
    return await read(await at(base), head === undefined ? working : await at(head));
  } finally {
    for (const folder of folders) {
      rmSync(folder, { recursive: true, force: true });
      rmSync(userFolderPath("cache", join(folder, below)), { recursive: true, force: true });
    }
  }
}

async function extract(top: string, revision: string, folder: string): Promise<void> {
  try {
    const hash = await git(top, ["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`]);
    await extractRevision(top, hash.toString().trim(), folder);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw missing(
      `${JSON.stringify(revision)} is no revision of this repository`,
      `\`git fetch --unshallow\` where the clone is shallow, or name another: \`${meshroomCommand("diff", ["HEAD"])}\``,
    );
  }
}

function missing(why: string, remedy: string): MeshroomError {
  return new MeshroomError({
    code: "REVISION_MISSING",
    severity: "error",
    summary: `there is nothing to compare with: ${why}`,
    remedy,
  });
}

/** The project of a tree; undefined where it is none yet, or no more. */
export function openIfThere(root: string): Project | undefined {
  const isProject = ["products", "instances"].some((name) => existsSync(join(root, name)));
  return isProject ? openProject(root) : undefined;
}

/** Key ids that secrets.gpg is encrypted for, without opening it; none where there is no store, or none that can be read. */
export async function recipientsOf({ root }: TreeAt): Promise<string[]> {
  try {
    const { keyIds } = await parseStore(readFileSync(join(root, "secrets.gpg")));
    return keyIds.map((id) => id.toHex().toUpperCase()).sort();
  } catch {
    return [];
  }
}

/** Lines that differ in a file of both trees, as git counts them; undefined for what is not text. */
export async function countLines(
  root: string,
  base: TreeAt,
  head: TreeAt,
  file: string,
): Promise<{ added: number; removed: number } | undefined> {
  const options = ["diff", "--no-index", "--no-ext-diff", "--no-textconv", "--numstat", "-z", "--"];
  const paths = [base, head].map((tree) => join(tree.root, file));
  // It ends with 1 where there is a difference.
  const text = await git(root, [...options, ...paths]).catch((error: unknown) => {
    if (error instanceof GitError) return error.stdout;
    throw error;
  });
  const [, added, removed] = /^(\d+)\t(\d+)\t/.exec(text?.toString() ?? "") ?? [];
  return added === undefined ? undefined : { added: Number(added), removed: Number(removed) };
}
