// Texts that commands write: the files of provider/templates, with names filled in.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../base/files-below";

// The same depth below the package's root in src and in dist.
const folder = join(__dirname, "../../../templates");

/** `{{name}}` becomes the value of that name. GitHub's `${{ ... }}`, which has spaces, stays. */
export function fillTemplate(file: string, values: Readonly<Record<string, string>>): string {
  const text = readFileSync(join(folder, file), "utf8");
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** Files of a template's folder, hidden ones included, relative to it and sorted. */
export function listTemplateFiles(name: string): string[] {
  return filesBelow(join(folder, name));
}
