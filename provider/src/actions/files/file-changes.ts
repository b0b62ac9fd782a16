// Changes of a project's files that are made all or none: computed first, then written, and undone where one of them fails.
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { writeFileWhole } from "../../base/write-file";

type Undo = () => void;

export class FileChanges {
  readonly #root: string;
  /** Contents by path relative to the root; undefined: to be removed, be it a file or a folder. */
  readonly #planned = new Map<string, string | undefined>();
  readonly #executable = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  write(path: string, text: string, { isExecutable = false } = {}): void {
    this.#planned.set(path, text);
    if (isExecutable) this.#executable.add(path);
  }

  remove(path: string): void {
    this.#planned.set(path, undefined);
  }

  /** The text that a file will have. */
  textOf(path: string): string | undefined {
    if (this.#planned.has(path)) return this.#planned.get(path);
    const absolute = join(this.#root, path);
    return existsSync(absolute) ? readFileSync(absolute, "utf8") : undefined;
  }

  /** Paths that will be written, sorted. */
  get written(): string[] {
    return [...this.#planned].flatMap(([path, text]) => (text === undefined ? [] : [path])).sort();
  }

  /** Makes the changes, then runs `andThen`. Where either fails, the files are as they were. */
  async apply<T>(andThen: () => T | Promise<T>): Promise<T> {
    const undo: Undo[] = [];
    const kept: string[] = [];
    try {
      for (const [path, text] of this.#planned) {
        if (text === undefined) this.#remove(path, undo, kept);
        else this.#write(path, text, undo);
      }
      const result = await andThen();
      for (const path of kept) rmSync(path, { recursive: true, force: true });
      return result;
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  }

  #write(path: string, text: string, undo: Undo[]): void {
    const absolute = join(this.#root, path);
    this.#makeFolder(dirname(absolute), undo);
    const before = existsSync(absolute) ? readFileSync(absolute) : undefined;
    undo.push(() => (before ? writeFileSync(absolute, before) : rmSync(absolute, { force: true })));
    writeFileWhole(absolute, text);
    if (this.#executable.has(path)) chmodSync(absolute, 0o755);
  }

  #makeFolder(folder: string, undo: Undo[]): void {
    const first = mkdirSync(folder, { recursive: true });
    if (first !== undefined) undo.push(() => rmSync(first, { recursive: true, force: true }));
  }

  /** Moved aside until all is done, so that it can come back; folders that this leaves empty go as well. */
  #remove(path: string, undo: Undo[], kept: string[]): void {
    const absolute = join(this.#root, path);
    if (!statSync(absolute, { throwIfNoEntry: false })) return;
    // Hidden, so that a project which is loaded meanwhile does not see it.
    const aside = join(dirname(absolute), `.${randomBytes(6).toString("hex")}.removed`);
    renameSync(absolute, aside);
    undo.push(() => renameSync(aside, absolute));
    kept.push(aside);
  }
}

/** Removes the folders above `path`, up to but without `top`, that hold nothing any more. */
export function removeEmptyFolders(root: string, path: string, top: string): void {
  for (let folder = dirname(path); folder !== top && folder.startsWith(`${top}/`); folder = dirname(folder)) {
    try {
      rmdirSync(join(root, folder));
    } catch {
      // It holds something, which is why it stays.
      return;
    }
  }
}
