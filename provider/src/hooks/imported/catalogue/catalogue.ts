// Writes products, capabilities and integrations into a project. What people have added by hand stays: comments, keys, hooks.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Document } from "yaml";
import type { Json } from "../../../base/json";
import { MeshroomError } from "../../../diagnostic";
import { type CapabilityKey, capabilityKeys } from "../../../model/capability";
import { editManifest, setIn, writeFileWhole } from "../../../model/edit-manifest";
import { joinIntegrationName, saysAll } from "../../../model/file-name";
import { checkName } from "../../../model/name";
import type { Mode, Role } from "../../../model/types";

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
    return this.#edit(join("products", name), "definition", { name, ...manifest }, this.folderOf(name));
  }

  /**
   * Adds a capability, unless the product has it: the same role and topic, and an entry with all of these keys.
   * @throws MeshroomError NAME_INVALID, YAML_SYNTAX
   */
  capability(product: string, role: Role, topic: string, entry: Manifest = {}): boolean {
    requireName("topic", topic);
    const folder = this.folderOf(product);
    const key = (Object.keys(capabilityKeys) as CapabilityKey[]).find(
      (each) => capabilityKeys[each] === role,
    ) as CapabilityKey;
    return editFile(manifestIn(folder, "definition"), join("products", product, "definition.yaml"), (document) => {
      const written = document.getIn([key, topic]) as { toJSON?(): unknown } | undefined;
      const entries = written?.toJSON?.() ?? [];
      const known = Array.isArray(entries) ? entries : [];
      if (known.some((each) => hasAll(each, entry))) return;
      if (known.length === 0) setIn(document, [key, topic], [entry]);
      else setIn(document, [key, topic, known.length], entry);
    });
  }

  /** Makes the integration, or sets these keys of its manifest. @throws MeshroomError NAME_INVALID, YAML_SYNTAX */
  integration(place: IntegrationPlace, manifest: Manifest = {}): boolean {
    const { product, target, topic, role, mode, format } = place;
    requireName("product", target);
    requireName("topic", topic);
    const parts = { topic, role, format, mode };
    const stem = joinIntegrationName(parts);
    requireName("file", stem);
    // Keys repeat what the name could not say so that it is read back: a topic with a role's name in it.
    const said: Manifest = saysAll(parts)
      ? {}
      : { topic, role, ...(mode && { mode }), ...(format !== undefined && { format }) };
    const path = join("products", product, "integrations", target);
    return this.#edit(path, stem, { ...said, ...manifest }, join(this.folderOf(product), "integrations", target));
  }

  #edit(shown: string, stem: string, manifest: Manifest, folder: string): boolean {
    return editFile(manifestIn(folder, stem), join(shown, `${stem}.yaml`), (document) => {
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
