// `.meshroom/` in a project: the local state and what locks the store, never shown to git whatever the project's .gitignore says. It is used
// only where nobody else can have put anything into it.
import { existsSync, lstatSync, mkdirSync, type Stats, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MeshroomError } from "../diagnostic";
import { GitError, gitSync } from "./git";
import { gitFolder } from "./paths";

const NAME = ".meshroom";

/** Roots whose folder git has been asked about. */
const untracked = new Set<string>();

/**
 * Makes and returns `<root>/.meshroom/<parts>`, for this user alone.
 * @throws MeshroomError as {@link checkWorkFolder}. Throws where the project can't be written
 */
export function workFolder(root: string, ...parts: string[]): string {
  checkWorkFolder(root);
  const top = join(root, NAME);
  const folder = join(top, ...parts);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(join(top, ".gitignore"))) writeFileSync(join(top, ".gitignore"), "*\n");
  return folder;
}

/** Nothing to say where there is none. @throws MeshroomError WORK_FOLDER where it could hold what came with a branch or from another user */
export function checkWorkFolder(root: string): void {
  const found = lstatSync(join(root, NAME), { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) throw refused(NAME, "is a link, or no folder", `look at it, and remove it: \`rm ${NAME}\``);
  const others = writableByOthers(found);
  if (others) throw refused(NAME, others, `look at what is in it, then \`chmod -R go-w ${NAME}\``);
  if (untracked.has(root)) return;
  const tracked = trackedFile(root);
  if (tracked)
    throw refused(
      tracked,
      "is kept by git, so whoever can push can change it",
      `\`git rm -r --cached ${NAME}\`, and look at what is in it`,
    );
  untracked.add(root);
}

/**
 * For a file that holds a secret, such as `.meshroom/passphrase`; nothing to say where there is none.
 * @throws MeshroomError WORK_FOLDER where others can read it
 */
export function checkPrivateFile(root: string, ...parts: string[]): void {
  const name = join(NAME, ...parts);
  const found = lstatSync(join(root, name), { throwIfNoEntry: false });
  if (!found || process.platform === "win32") return;
  if (!found.isFile()) throw refused(name, "is a link, or no file", `look at it, and remove it: \`rm ${name}\``);
  const others = writableByOthers(found) ?? ((found.mode & 0o044) !== 0 ? "can be read by others" : undefined);
  if (others) throw refused(name, others, `\`chmod 600 ${name}\`, if you know where it comes from`);
}

function writableByOthers({ uid, mode }: Stats): string | undefined {
  if (process.platform === "win32") return undefined;
  if (uid !== process.getuid?.()) return `belongs to another user (${uid})`;
  return (mode & 0o022) !== 0 ? "can be written by others" : undefined;
}

/** A file in the folder that git keeps. */
function trackedFile(root: string): string | undefined {
  if (gitFolder(root) === undefined) return undefined;
  try {
    return gitSync(root, ["ls-files", "-z", "--", NAME]).split("\0")[0] || undefined;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const why = error.output.trim().split("\n").at(0) || error.message;
    throw refused(
      NAME,
      `can't be used, since git does not say whether it keeps it: ${why}`,
      "have `git status` work here",
    );
  }
}

function refused(name: string, why: string, remedy: string): MeshroomError {
  return new MeshroomError({
    code: "WORK_FOLDER",
    severity: "error",
    summary: `${name} ${why}; it holds state and passphrase, which are taken from nobody else`,
    remedy,
  });
}
