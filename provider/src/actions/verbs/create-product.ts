// Describes a new product, from a template of its category or from scratch.

import { nearest } from "../../base/suggest";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { editManifest, setIn } from "../../model/edit-manifest";
import { checkName } from "../../model/name";
import type { Project } from "../../model/types";
import { FileChanges } from "../files/file-changes";
import { listTemplates, readTemplate } from "../files/product-templates";
import { fillTemplate } from "../files/templates";

export interface CreatedProduct {
  name: string;
  path: string;
  /** False: it was there before, and nothing was changed. */
  isNew: boolean;
  files: readonly string[];
  warnings: Diagnostic[];
}

/** @throws MeshroomError NAME_INVALID, TEMPLATE_UNKNOWN */
export async function createProduct(project: Project, name: string, template?: string): Promise<CreatedProduct> {
  const problem = checkName("product", name);
  if (problem) throw new MeshroomError(problem);
  const files = template === undefined ? [] : requireTemplate(template, name);
  const path = `products/${name}`;
  if (project.products.has(name)) return { name, path, isNew: false, files: [], warnings: [] };
  const changes = new FileChanges(project.root);
  const manifest = `${path}/definition.yaml`;
  for (const file of files) changes.write(file.path, file.text);
  if (template === undefined) changes.write(manifest, manifestText(name));
  await changes.apply(() => undefined);
  return { name, path, isNew: true, files: changes.written, warnings: checkPortable(name) };
}

/** The comments of the template first, the name as YAML spells it. */
function manifestText(name: string): string {
  const named = editManifest("", (document) => setIn(document, ["name"], name));
  return `${fillTemplate("product/definition.yaml", {})}\n${named}`;
}

function requireTemplate(template: string, product: string) {
  const files = readTemplate(template, product);
  if (files) return files;
  const names = listTemplates().map((each) => each.name);
  const guess = nearest(template, names);
  throw new MeshroomError({
    code: "TEMPLATE_UNKNOWN",
    severity: "error",
    summary: `there is no template \`${template}\``,
    remedy: guess ? `did you mean \`${guess}\`?` : `use one of ${names.join(", ")}`,
  });
}

/** The Python tool refuses to load a project with other names. */
function checkPortable(name: string): Diagnostic[] {
  if (/^[\p{L}\p{N}_.]+$/u.test(name)) return [];
  return [
    {
      code: "NAME_INVALID",
      severity: "warning",
      summary: `the Python tool reads no product named \`${name}\``,
      remedy: "use letters, digits, `_` and `.` only, if you share the project with its users",
    },
  ];
}
