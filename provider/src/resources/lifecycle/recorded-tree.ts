// The project's files as they were in git when a plug was set up: what teardown needs once a product has left the tree.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { extractRevision } from "../../base/extract-revision";
import { GitError, git, withoutOwnFilters } from "../../base/git";
import { realPath } from "../../base/paths";
import { userFolder } from "../../base/user-folders";
import type { Diagnostic } from "../../diagnostic";
import { LifecycleError } from "./lifecycle-error";
import { providerProcess } from "./provider-process";

/** Follows a revision where files of the project differed from it. */
const CHANGES = "+changes";

/** Revision of the project at `root`, asked once per process: `<hash>` or `<hash>+changes`; undefined outside git. */
export function currentRevision(root: string): Promise<string | undefined> {
  const { revisions } = providerProcess();
  let revision = revisions.get(root);
  if (!revision) {
    revision = readRevision(root);
    revisions.set(root, revision);
  }
  return revision;
}

async function readRevision(root: string): Promise<string | undefined> {
  try {
    const hash = (await git(root, ["rev-parse", "--verify", "HEAD"])).toString().trim();
    const options = ["--porcelain", "--untracked-files=normal", "--ignore-submodules=dirty"];
    const changes = await git(root, [...(await withoutOwnFilters(root)), "status", ...options, "--", "."]);
    return changes.toString().trim() ? hash + CHANGES : hash;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

const trees = new Map<string, Promise<string>>();

/**
 * A folder with the project's files as recorded in `revision`, in the user's cache folder; imports of npm packages resolve as they do in the
 * project. Extracted anew by each process, and removed at its end.
 * @throws LifecycleError REVISION_MISSING
 */
export async function recordedTree(root: string, revision: string | undefined, wanted: string): Promise<string> {
  if (!revision) throw missing(wanted, "the plug was set up from a folder that git does not keep");
  const hash = revision.replace(CHANGES, "");
  // The state is what a backend gives: what it calls a revision becomes a word of a command.
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash)) throw missing(wanted, "the state names no revision of git");
  const key = JSON.stringify([root, hash]);
  let tree = trees.get(key);
  if (!tree) {
    tree = extract(root, hash);
    trees.set(key, tree);
  }
  const folder = await tree.catch((error) => {
    if (!(error instanceof GitError)) throw error;
    const shallow = /not a (tree|valid)|bad object|unknown revision/i.test(error.output);
    throw missing(wanted, `revision ${hash.slice(0, 12)} is not in this clone`, shallow);
  });
  if (existsSync(join(folder, wanted))) return folder;
  const uncommitted = revision.endsWith(CHANGES) ? "; it had not been committed when the plug was set up" : "";
  throw missing(wanted, `revision ${hash.slice(0, 12)} does not have it either${uncommitted}`);
}

async function extract(root: string, hash: string): Promise<string> {
  const all = userFolder("cache", root, ["recorded"]);
  removeLeftBehind(all);
  const top = mkdtempSync(join(all, `${process.pid}-`));
  process.once("exit", () => rmSync(top, { recursive: true, force: true }));
  const packages = packageFolders(root);
  // As many folders above it as Node looks for packages in.
  const tree = join(top, ...packages.map(() => "in"), "mesh");
  mkdirSync(tree, { recursive: true });
  await extractRevision(root, hash, tree);
  for (const [index, folder] of packages.entries()) {
    const place = join(tree, ...Array<string>(index).fill(".."), "node_modules");
    if (!existsSync(place)) symlinkSync(folder, place, "junction");
  }
  return tree;
}

/** `node_modules` of the project and of the folders above it, the nearest first. */
function packageFolders(root: string): string[] {
  const found: string[] = [];
  for (let at = realPath(root); ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules"))) found.push(join(at, "node_modules"));
    if (at === dirname(at)) return found;
  }
}

/** Of processes that were killed. */
function removeLeftBehind(folder: string): void {
  for (const name of readdirSync(folder)) {
    try {
      process.kill(Number(/^\d+/.exec(name)?.[0] ?? 0), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH")
        rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function missing(wanted: string, why: string, shallow = false): LifecycleError {
  const diagnostic: Diagnostic = {
    code: "REVISION_MISSING",
    severity: "error",
    summary: `teardown needs ${wanted}, which is not in the tree; ${why}`,
    remedy: shallow
      ? "fetch the history (`git fetch --unshallow`), then run `pulumi up` or `pulumi destroy` again"
      : `bring ${wanted} back until the plug is torn down, or forget the plug with \`pulumi state delete URN\``,
  };
  return new LifecycleError(diagnostic);
}
