// Where what is kept of a project lives outside of it: in the user's cache and state folders, where no branch and no other user can put anything.
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import { MeshroomError } from "../diagnostic";
import { isInside, realPath, workingTree } from "./paths";

/** `cache` can be deleted at any time; `state` can't be made again. */
export type UserFolderKind = "cache" | "state";

const variables = { cache: "XDG_CACHE_HOME", state: "XDG_STATE_HOME" } as const;
const homes = { cache: [".cache"], state: [".local", "state"] } as const;
const OURS = "pulumi-meshroom";

/**
 * The path for a project, without making it: `<XDG folder>/pulumi-meshroom/projects/<its folder's name>-<digest of its real path>/<parts>`.
 * As the XDG specification has it, a variable that is no absolute path does not count; nor does one that leads into the project or the
 * working tree around it, since CI systems keep caches there and a branch could bring one.
 * @throws MeshroomError USER_FOLDER where there is no folder outside of the project
 */
export function userFolderPath(
  kind: UserFolderKind,
  root: string,
  parts: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return join(baseFolder(kind, root, environment), OURS, "projects", projectKey(root), ...parts);
}

/**
 * As {@link userFolderPath}, and makes it, for this user alone.
 * @throws MeshroomError USER_FOLDER where it can't be made, belongs to somebody else or could be written by others
 */
export function userFolder(
  kind: UserFolderKind,
  root: string,
  parts: readonly string[] = [],
  environment: NodeJS.ProcessEnv = process.env,
): string {
  const folder = userFolderPath(kind, root, parts, environment);
  const top = join(baseFolder(kind, root, environment), OURS);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(kind, folder, `can't be made: ${(error as Error).message}`);
  }
  for (const part of foldersBetween(top, folder)) requireOwn(kind, part);
  return folder;
}

/** Same project, same key, through whatever link it is reached. Names are for people: `mesh-3f2a90c1d7b4`. */
function projectKey(root: string): string {
  const real = realPath(root);
  const digest = createHash("sha256").update(real).digest("hex").slice(0, 12);
  return `${basename(real).replace(/[^\w.-]+/g, "_")}-${digest}`;
}

function baseFolder(kind: UserFolderKind, root: string, environment: NodeJS.ProcessEnv): string {
  const named = environment[variables[kind]];
  const own = process.platform === "win32" ? environment.LOCALAPPDATA : environment.HOME;
  const home = own && isAbsolute(own) ? own : homedir();
  const usual = process.platform === "win32" ? join(home, kind) : join(home, ...homes[kind]);
  const tree = workingTree(root);
  const fits = (folder: string | undefined) => folder && isAbsolute(folder) && !isInside(tree, realPath(folder));
  const base = [named, usual].find(fits);
  if (base !== undefined) return base;
  throw unusable(kind, usual, "lies inside the project, where a branch could bring its content");
}

function foldersBetween(top: string, folder: string): string[] {
  const parts = relative(top, folder).split(sep);
  return [top, ...parts.map((_, index) => join(top, ...parts.slice(0, index + 1)))];
}

/** Writable by a group because of a umask is repaired where it is ours; what others may have put into it shows by its own owner. */
function requireOwn(kind: UserFolderKind, folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw unusable(kind, folder, "is no folder, or a link");
  if (process.platform === "win32") return;
  if (found.uid !== process.getuid?.()) throw unusable(kind, folder, `belongs to another user (${found.uid})`);
  if ((found.mode & 0o022) !== 0) chmodSync(folder, found.mode & 0o755);
}

function unusable(kind: UserFolderKind, folder: string, why: string): MeshroomError {
  return new MeshroomError({
    code: "USER_FOLDER",
    severity: "error",
    summary: `the folder for what is kept of this project, ${folder}, ${why}`,
    remedy: `name one that only you can write in the environment variable ${variables[kind]}`,
  });
}
