// The templates of `create product --from TEMPLATE`: a manifest for each category of products, and one set of hook files for all of them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type CapabilityKey, capabilityKeys } from "../../model/capability";

/** What one can choose from. */
export interface ProductTemplate {
  /** What `--from` takes, such as `edr`. */
  name: string;
  /** Such as `Endpoint detection and response (EDR)`. */
  title: string;
  description: string;
}

/** A file to write, with `/`, relative to the project's root. */
export interface TemplateFile {
  path: string;
  text: string;
}

// The same depth below the package's root in src and in dist.
const templates = join(__dirname, "../../../templates");
const starter = "product-starter";

const alwaysThere = ["README.md", "client/api.ts", "client/ends.ts"];
const hookFiles: Readonly<Record<CapabilityKey, string>> = {
  produces: "produce.ts",
  consumes: "consume.ts",
  triggers: "trigger.ts",
  executes: "execute.ts",
};

type Definition = { category: string; description: string } & { [key in CapabilityKey]?: Record<string, unknown> };

/** Every template, sorted by name. */
export function listTemplates(): ProductTemplate[] {
  return templateNames().map((name) => {
    const { category, description } = parse(readDefinition(name)) as Definition;
    return { name, title: category, description };
  });
}

/**
 * The files of a new product that is made from a template: the manifest, and of the hook files those for the roles that the manifest
 * declares. Undefined where there is no such template.
 */
export function readTemplate(name: string, product: string): TemplateFile[] | undefined {
  if (!templateNames().includes(name)) return undefined;
  const text = readDefinition(name);
  const definition = parse(text) as Definition;
  const roles = (Object.keys(capabilityKeys) as CapabilityKey[]).filter((key) => definition[key]);
  const [action = ""] = Object.keys(definition.executes ?? {});
  const starters = [...alwaysThere, ...roles.map((key) => hookFiles[key])].map((path) => ({
    path,
    text: fillIn(readFileSync(join(templates, starter, path), "utf8"), { product, action }),
  }));
  return [{ path: "definition.yaml", text }, ...starters].map((file) => ({
    ...file,
    path: `products/${product}/${file.path}`,
  }));
}

function templateNames(): string[] {
  return readdirSync(join(templates, "products")).sort();
}

function readDefinition(name: string): string {
  return readFileSync(join(templates, "products", name, "definition.yaml"), "utf8");
}

/** Replaces `{{name}}` by the value of that name: `product` is the new product's name, `action` the first action that it executes. */
function fillIn(text: string, values: Readonly<Record<"product" | "action", string>>): string {
  return text.replaceAll(/\{\{(product|action)\}\}/g, (_, name: "product" | "action") => values[name]);
}
