// Real paths, and what lies inside what.
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Without links; of a path that need not exist yet: that of the part of it that does. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const above = dirname(absolute);
    return above === absolute ? absolute : join(realPath(above), basename(absolute));
  }
}

/** Whether `path` is `folder` or lies below it, by their names alone. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The folder with `.git` that `root` lies in, which need not be `root` itself; undefined where there is none. */
export function gitFolder(root: string): string | undefined {
  for (let folder = realPath(root); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** All that may come with a branch: {@link gitFolder}, or `root` where there is none, or where it is a person's whole home. */
export function workingTree(root: string): string {
  const folder = gitFolder(root);
  return folder === undefined || folder === realPath(homedir()) ? realPath(root) : folder;
}
