// `.meshroom/` in a project: caches and copies that can be made again, never shown to git whatever the project's .gitignore says.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes and returns `<root>/.meshroom/<parts>`. Throws where the project can't be written. */
export function workFolder(root: string, ...parts: string[]): string {
  const top = join(root, ".meshroom");
  const folder = join(top, ...parts);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(top, ".gitignore"))) writeFileSync(join(top, ".gitignore"), "*\n");
  return folder;
}
