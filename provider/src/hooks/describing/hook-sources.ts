// Which files a hook file is made of, and a digest of each: what a preview shows when somebody edits a hook.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { isInside, realPath } from "../../base/paths";
import { pythonImports } from "./python-imports";

/** The languages of hook files, by their ending. */
export type HookLanguage = "typescript" | "python";

export function hookLanguage(file: string): HookLanguage {
  return file.endsWith(".py") ? "python" : "typescript";
}

/** `import ... from "./x"`, `export ... from "./x"`, `import "./x"`, `import("./x")`, `require("./x")`, `require.resolve("./x")`. */
const RELATIVE_IMPORT = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
const ENDINGS = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

interface Source {
  /** SHA-256 in hexadecimal. */
  digest: string;
  imports: string[];
}

/** Digests of the files of one project, each read once. Nothing is followed out of the project: neither `../` nor a link. */
export class HookSources {
  readonly #files = new Map<string, Source | undefined>();
  readonly #root: string;

  constructor(root: string) {
    this.#root = realPath(root);
  }

  /**
   * The file and, transitively, what it imports, or resolves for another program, by relative path: path relative to the root -> first 12 hexadecimal digits of its SHA-256.
   * A file that can't be read has the digest `missing`. Line ends don't count, since git changes them between machines.
   */
  digests(file: string): Record<string, string> {
    return Object.fromEntries(
      [...this.#closure(file)].map(([path, source]) => [path, source?.digest.slice(0, 12) ?? "missing"]),
    );
  }

  has(file: string): boolean {
    return this.#read(file) !== undefined;
  }

  /** The same for the same content alone. Undefined for a file that can't be read. */
  contentKey(file: string, of: "alone" | "with imports"): string | undefined {
    const own = this.#read(file);
    if (!own || of === "alone") return own?.digest;
    const parts = [...this.#closure(file)].map(([path, source]) => `${path}:${source?.digest}`);
    return createHash("sha256").update(parts.sort().join("\n")).digest("hex");
  }

  #closure(file: string): Map<string, Source | undefined> {
    const found = new Map<string, Source | undefined>();
    const visit = (path: string): void => {
      if (found.has(path)) return;
      const source = this.#read(path);
      found.set(path, source);
      for (const imported of source?.imports ?? []) visit(imported);
    };
    visit(file);
    return found;
  }

  #read(path: string): Source | undefined {
    if (this.#files.has(path)) return this.#files.get(path);
    let entry: Source | undefined;
    if (this.#isFile(path)) {
      try {
        const text = readFileSync(join(this.#root, path), "utf8");
        const digest = createHash("sha256").update(text.replace(/\r\n/g, "\n")).digest("hex");
        entry = { digest, imports: this.#imports(path, text) };
      } catch {
        // Loading the hook will say what is wrong with it.
      }
    }
    this.#files.set(path, entry);
    return entry;
  }

  #imports(path: string, text: string): string[] {
    if (hookLanguage(path) === "python") return pythonImports(path, text).filter((imported) => this.#isFile(imported));
    const found: string[] = [];
    for (const [, specifier] of text.matchAll(RELATIVE_IMPORT)) {
      const base = posix.join(posix.dirname(path), specifier as string);
      const resolved = [...ENDINGS.map((ending) => base + ending), base.replace(/\.([mc]?)js$/, ".$1ts")].find(
        (candidate) => this.#isFile(candidate),
      );
      if (resolved) found.push(resolved);
    }
    return found;
  }

  #isFile(path: string): boolean {
    const absolute = join(this.#root, path);
    if (!isInside(this.#root, absolute) || !statSync(absolute, { throwIfNoEntry: false })?.isFile()) return false;
    return isInside(this.#root, realPath(absolute));
  }
}
