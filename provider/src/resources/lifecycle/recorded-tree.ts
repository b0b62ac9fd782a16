// The project's files as they were in git when a plug was set up: what teardown needs once a product has left the tree.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workFolder } from "../../base/work-folder";
import type { Diagnostic } from "../../diagnostic";
import { LifecycleError } from "./lifecycle-error";

/** Follows a revision where files of the project differed from it. */
const CHANGES = "+changes";

/** Loaded when it is needed: a preview never does. */
async function openGit(root: string) {
  const { simpleGit } = await import("simple-git");
  return simpleGit(root);
}

const revisions = new Map<string, Promise<string | undefined>>();

/** Revision of the project at `root`, asked once per process: `<hash>` or `<hash>+changes`; undefined outside git. */
export function currentRevision(root: string): Promise<string | undefined> {
  let revision = revisions.get(root);
  if (!revision) {
    revision = readRevision(root);
    revisions.set(root, revision);
  }
  return revision;
}

async function readRevision(root: string): Promise<string | undefined> {
  try {
    const git = await openGit(root);
    const hash = (await git.revparse(["HEAD"])).trim();
    const changes = await git.raw(["status", "--porcelain", "--untracked-files=normal", "--", "."]);
    return changes.trim() ? hash + CHANGES : hash;
  } catch {
    return undefined;
  }
}

/**
 * A folder with the project's files as recorded in `revision`, below the project's `.meshroom/`, so that imports of npm packages
 * resolve as they do in the project. Made once, whole or not at all.
 * @throws LifecycleError REVISION_MISSING
 */
export async function recordedTree(root: string, revision: string | undefined, wanted: string): Promise<string> {
  if (!revision) throw missing(wanted, "the plug was set up from a folder that git does not keep");
  const hash = revision.replace(CHANGES, "");
  const folder = join(workFolder(root, "recorded"), hash);
  if (!existsSync(folder)) await extract(root, hash, folder, wanted);
  if (existsSync(join(folder, wanted))) return folder;
  const uncommitted = revision.endsWith(CHANGES) ? "; it had not been committed when the plug was set up" : "";
  throw missing(wanted, `revision ${hash.slice(0, 12)} does not have it either${uncommitted}`);
}

async function extract(root: string, hash: string, folder: string, wanted: string): Promise<void> {
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    const git = await openGit(root);
    const archive = join(making, "recorded.tar");
    await git.raw(["archive", "--format=tar", `--output=${archive}`, hash, "."]).catch((error: Error) => {
      const shallow = /not a (tree|valid)|bad object|unknown revision/i.test(error.message);
      throw missing(wanted, `revision ${hash.slice(0, 12)} is not in this clone`, shallow);
    });
    await untar(archive, making);
    rmSync(archive);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

async function untar(archive: string, folder: string): Promise<void> {
  const tar = await import("tar");
  await tar.extract({ file: archive, cwd: folder });
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
