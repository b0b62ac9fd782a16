// Files from a folder of templates: text with placeholders replaced, in names as in contents, everything else copied.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** How {@link generateFiles} fills templates in. */
export interface GenerateOptions {
  /** What each placeholder stands for, by its text as it is in the templates: `{ "%NAME%": "edr" }`. */
  placeholders?: Readonly<Record<string, string>>;
  /** Write over files that are there and not empty; false where absent. */
  overwrite?: boolean;
}

/**
 * Makes the files of the folder `templates` anew in `folder`, which is made where it is missing. Links are not followed.
 * @param templates absolute, or relative to the current folder, which is the project's in a hook
 * @param folder as above
 * @returns the files that were written, relative to `folder` with `/`, sorted
 * @throws Error where a placeholder in a file's name leads out of `folder`
 */
export function generateFiles(templates: string, folder: string, options: GenerateOptions = {}): string[] {
  const fill = (text: string) =>
    Object.entries(options.placeholders ?? {}).reduce((filled, [mark, value]) => filled.replaceAll(mark, value), text);
  const written: string[] = [];
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(templates, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(folder, fill(relative(templates, from)));
    if (!isInside(folder, to))
      throw new Error(`the placeholders of ${relative(templates, from)} lead out of ${folder}`);
    if (entry.isDirectory()) mkdirSync(to, { recursive: true });
    if (!entry.isFile() || (!options.overwrite && hasContent(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    writeFilled(from, to, fill);
    written.push(relative(folder, to).split(sep).join("/"));
  }
  return written.sort();
}

function writeFilled(from: string, to: string, fill: (text: string) => string): void {
  const bytes = readFileSync(from);
  // As git does: what holds a zero byte is no text.
  if (bytes.includes(0)) copyFileSync(from, to);
  else writeFileSync(to, fill(bytes.toString("utf8")), { mode: statSync(from).mode & 0o777 });
}

function hasContent(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}
