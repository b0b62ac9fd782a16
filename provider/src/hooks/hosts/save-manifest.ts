// Writes what a hook changes in a manifest: edits, so that comments, order and unknown keys stay.
import { existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { Json } from "../../base/json";
import { writeFileWhole } from "../../base/write-file";
import { deleteIn, editManifest, setIn } from "../../model/edit-manifest";

/** One change at a path of keys and indexes; made in order. */
export type ManifestEdit = { path: (string | number)[]; value: Json } | { path: (string | number)[]; remove: true };

/**
 * @throws MeshroomError for a file that is no YAML; Error for one outside the project
 * @public loaded by `require`, when a hook saves for the first time
 */
export function saveManifest(root: string, file: string, edits: readonly ManifestEdit[]): void {
  const path = resolve(root, file);
  if (!/^(products|instances)\/.+\.ya?ml$/.test(file) || !isInside(root, path)) {
    throw new Error(`${file} is no manifest of this project`);
  }
  mkdirSync(dirname(path), { recursive: true });
  if (!isInside(realpathSync(root), realpathSync(dirname(path)))) throw new Error(`${file} leads out of the project`);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  writeFileWhole(
    path,
    editManifest(
      text,
      (document) => {
        for (const edit of edits) {
          if ("remove" in edit) deleteIn(document, edit.path);
          else setIn(document, edit.path, edit.value);
        }
      },
      file,
    ),
  );
}

function isInside(folder: string, path: string): boolean {
  return path.startsWith(join(folder, sep));
}
