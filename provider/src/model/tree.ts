// The project's folders and files: listed without following anything out of the root, read as UTF-8.
import { isUtf8 } from "node:buffer";
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { shellWord } from "../base/words";
import { caretFrame, type Diagnostic, type Location } from "../diagnostic";

export interface Entry {
  name: string;
  /** Relative to the project's root, with `/`. */
  path: string;
  isFolder: boolean;
}

export class Tree {
  /** Absolute, as spelled by the caller. */
  readonly root: string;
  private readonly realRoot: string;

  constructor(root: string) {
    this.root = resolve(root);
    this.realRoot = realpathOr(this.root);
  }

  /** Visible files and folders of `folder`, sorted by name; none where it doesn't exist. */
  list(folder: string, problems: Diagnostic[]): Entry[] {
    let found: Dirent[];
    try {
      found = readdirSync(join(this.root, folder), { withFileTypes: true });
    } catch (cause) {
      if (errorCode(cause) !== "ENOENT") problems.push(unreadable(folder, cause));
      return [];
    }
    const entries: Entry[] = [];
    for (const dirent of found) {
      if (isHidden(dirent.name)) continue;
      const path = folder === "" ? dirent.name : `${folder}/${dirent.name}`;
      const isFolder = dirent.isDirectory() || (dirent.isFile() ? false : this.followLink(path, problems));
      if (isFolder !== undefined) entries.push({ name: dirent.name, path, isFolder });
    }
    return entries.sort((a, b) => compareText(a.name, b.name));
  }

  /** The text of a file without its byte order mark and with `\n` for every line end; undefined after a problem. */
  read(file: string, problems: Diagnostic[]): string | undefined {
    try {
      const bytes = readFileSync(join(this.root, file));
      if (isUtf8(bytes))
        return bytes
          .toString("utf8")
          .replace(/^\uFEFF/, "")
          .replace(/\r\n?/g, "\n");
      problems.push(wrongEncoding(file, bytes));
    } catch (cause) {
      problems.push(unreadable(file, cause));
    }
    return undefined;
  }

  /** Whether a link leads to a folder; undefined where it leads nowhere, out of the project, or to a device. */
  private followLink(path: string, problems: Diagnostic[]): boolean | undefined {
    try {
      const target = realpathSync(join(this.root, path));
      if (target !== this.realRoot && !target.startsWith(this.realRoot + sep)) {
        problems.push(escapes(path));
        return undefined;
      }
      const stats = statSync(target);
      if (stats.isDirectory()) return true;
      return stats.isFile() ? false : undefined;
    } catch (cause) {
      problems.push(unreadable(path, cause));
      return undefined;
    }
  }
}

/** The order of names and paths everywhere: by code unit, so that every machine agrees. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Folders of tools, which no project means as its own. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "__pycache__" || name === "node_modules";
}

function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A root that does not exist is reported by loadProject, which finds it empty.
    return path;
  }
}

function errorCode(cause: unknown): string | undefined {
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
}

function start(file: string): Location {
  return { file, line: 1, column: 1 };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  ELOOP: "its symbolic links go in a circle",
  ENOENT: "it is a symbolic link to nothing",
  ENOTDIR: "it is not a folder",
  EISDIR: "it is a folder, not a file",
};

function unreadable(file: string, cause: unknown): Diagnostic {
  const code = errorCode(cause) ?? "unknown error";
  return {
    code: "FILE_UNREADABLE",
    severity: "error",
    summary: `${file} can't be read: ${reasons[code] ?? code}`,
    remedy: `check it with \`ls -ld ${shellWord(file)}\`, then repair or remove it`,
    at: start(file),
    cause,
  };
}

function escapes(path: string): Diagnostic {
  return {
    code: "PATH_ESCAPES",
    severity: "error",
    summary: `${path} is a symbolic link that leaves the project`,
    remedy: "copy what it leads to into the project, or remove the link",
    at: start(path),
  };
}

function wrongEncoding(file: string, bytes: Buffer): Diagnostic {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const word = shellWord(file);
  const from = isUtf16 ? "UTF-16" : "ISO-8859-1";
  const { at, line } = isUtf16 ? { at: start(file), line: "" } : firstInvalid(file, bytes);
  return {
    code: "FILE_ENCODING",
    severity: "error",
    summary: isUtf16 ? "a manifest is UTF-8, found UTF-16" : "a manifest is UTF-8, found other bytes here",
    remedy: `convert it: \`iconv -f ${from} -t UTF-8 ${word} > converted && mv converted ${word}\``,
    at,
    frame: isUtf16 ? undefined : caretFrame(`${"\n".repeat(at.line - 1)}${line}`, at),
  };
}

function firstInvalid(file: string, bytes: Buffer): { at: Location; line: string } {
  let line = 1;
  for (let from = 0; from <= bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, from);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(from, end);
    if (!isUtf8(part)) {
      const text = part.toString("utf8");
      return { at: { file, line, column: text.indexOf("\uFFFD") + 1 }, line: text };
    }
    from = end + 1;
  }
  return { at: start(file), line: "" };
}
