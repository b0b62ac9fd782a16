// Writes products, capabilities and integrations into a project. What people have added by hand stays: comments, keys, hooks.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Document } from "yaml";
import type { Json } from "../../../base/json";
import { writeFileWhole } from "../../../base/write-file";
import { MeshroomError } from "../../../diagnostic";
import { editManifest, setIn } from "../../../model/edit-manifest";
import { checkName } from "../../../model/name";
import type { Mode, Role } from "../../../model/types";
import { addCapability, integrationStem, setIdentity } from "../../../model/write-manifests";

/** Keys of a manifest. */
export type Manifest = Readonly<Record<string, Json>>;

/** Which integration: its place in the tree and its file's name. */
export interface IntegrationPlace {
  /** The product that has it. */
  product: string;
  /** The product that it is connected to. */
  target: string;
  /** The topic that it is for. */
  topic: string;
  /** What the product does in it. */
  role: Role;
  /** For one mode alone; for both where absent. */
  mode?: Mode;
  /** For one format alone; for any where absent. */
  format?: string;
}

/** The products of a project. Every method may be called again: it writes what differs and says whether that was anything. */
export class Catalogue {
  /** `root`: absolute path of the project, as hooks are given it. */
  constructor(private readonly root: string) {}

  /** Folder of a product, absolute. @throws MeshroomError NAME_INVALID */
  folderOf(product: string): string {
    requireName("product", product);
    return join(this.root, "products", product);
  }

  /** Makes the product, or sets these keys of its manifest. @throws MeshroomError NAME_INVALID, YAML_SYNTAX */
  product(name: string, manifest: Manifest = {}): boolean {
    return editFile(manifestIn(this.folderOf(name), "definition"), `products/${name}/definition.yaml`, (document) => {
      for (const [key, value] of Object.entries({ name, ...manifest })) setIn(document, [key], value);
    });
  }

  /**
   * Adds a capability, unless the product has it: the same role and topic, and an entry with all of these keys.
   * @throws MeshroomError NAME_INVALID, YAML_SYNTAX
   */
  capability(product: string, role: Role, topic: string, entry: Manifest = {}): boolean {
    requireName("topic", topic);
    const isThere = (written: unknown) => hasAll(written, entry);
    return editFile(
      manifestIn(this.folderOf(product), "definition"),
      `products/${product}/definition.yaml`,
      (document) => addCapability(document, role, topic, entry, isThere),
    );
  }

  /** Makes the integration, or sets these keys of its manifest. @throws MeshroomError NAME_INVALID, YAML_SYNTAX */
  integration(place: IntegrationPlace, manifest: Manifest = {}): boolean {
    const { product, target, topic, mode, format } = place;
    requireName("product", target);
    requireName("topic", topic);
    const constraints = { ...(mode && { mode }), ...(format !== undefined && { format }) };
    const identity = { ...place, constraints };
    const stem = integrationStem(identity);
    requireName("file", stem);
    const path = manifestIn(join(this.folderOf(product), "integrations", target), stem);
    const isNew = !existsSync(path);
    return editFile(path, `products/${product}/integrations/${target}/${stem}.yaml`, (document) => {
      setIdentity(document, identity, isNew);
      for (const [key, value] of Object.entries(manifest)) setIn(document, [key], value);
    });
  }
}

/** The manifest that is there, `.yaml` or `.yml`; else where it will be. */
function manifestIn(folder: string, stem: string): string {
  const paths = [".yaml", ".yml"].map((ending) => join(folder, stem + ending));
  return paths.find((path) => existsSync(path)) ?? (paths[0] as string);
}

function editFile(path: string, shown: string, edit: (document: Document) => void): boolean {
  const isNew = !existsSync(path);
  const before = isNew ? "" : readFileSync(path, "utf8");
  const after = editManifest(before, edit, shown);
  if (!isNew && after === before) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileWhole(path, after);
  return true;
}

/** Has `written` every key of `entry` with the same value? */
function hasAll(written: unknown, entry: Manifest): boolean {
  const known = (written ?? {}) as Record<string, unknown>;
  return Object.entries(entry).every(([key, value]) => JSON.stringify(known[key]) === JSON.stringify(value));
}

function requireName(what: string, name: string): void {
  const problem = checkName(what, name);
  if (problem) throw new MeshroomError(problem);
}
