// The shapes that the rest of the house reads: a project as it stands on disk, typed. Keys keep their names on disk.
import type { Diagnostic, Location } from "../diagnostic";

/** Who moves the data: in `push` the source sends it, in `pull` the destination fetches it. */
export type Mode = "push" | "pull";
/** What an end does: data goes from a producer to a consumer, a request for an action from a trigger to an executor. */
export type Role = "producer" | "consumer" | "trigger" | "executor";

/** `data`: a producer and a consumer of a topic; `action`: a trigger and an executor of an action. */
export type PlugKind = "data" | "action";

/** What must agree on both ends: `mode`, `format`, `protocol` and what `meshroom.yaml` adds. An absent key matches anything. */
export type Constraints = Readonly<Record<string, string>>;

/** One thing that a product can do. `topic` undefined: any topic. */
export interface Capability {
  product: string;
  role: Role;
  topic: string | undefined;
  constraints: Constraints;
  /** Descriptive keys (`url`, `description`, ...): kept, never matched. */
  details: Readonly<Record<string, unknown>>;
  at: Location;
}

export type ScalarType = "string" | "integer" | "number" | "boolean";
export type SettingType = ScalarType | "array" | "object";

/** The declaration of one setting, of a product or of an integration. */
export interface Setting {
  name: string;
  /** `float` on disk is `number` here. */
  type: SettingType;
  nullable: boolean;
  /** Element type of an `array`: an unnamed setting. */
  items?: Setting;
  /** Members of an `object`. */
  properties?: readonly Setting[];
  default?: unknown;
  description?: string;
  secret: boolean;
  required: boolean;
  at: Location;
}

export interface Product {
  name: string;
  /** Folder relative to the project's root, with `/`. */
  path: string;
  /** Manifest relative to the project's root; absent when the product is a folder without one. */
  manifest?: string;
  description?: string;
  vendor?: string;
  tags: readonly string[];
  settings: readonly Setting[];
  capabilities: readonly Capability[];
  integrations: readonly Integration[];
  /** Product-wide hook files (`*.ts`, `*.py`), relative to the project's root, sorted. */
  hookFiles: readonly string[];
  /** Unknown keys of the manifest, kept. */
  extra: Readonly<Record<string, unknown>>;
  /** Problems in this product's files; an error here breaks the plugs that need the product and nothing else. */
  problems: readonly Diagnostic[];
}

/** How `product`, in `role` for `topic`, is connected to `target`. */
export interface Integration {
  product: string;
  target: string;
  topic: string;
  role: Role;
  constraints: Constraints;
  settings: readonly Setting[];
  description?: string;
  documentation_url?: string;
  extra: Readonly<Record<string, unknown>>;
  /** `products/<p>/integrations/<q>`, relative to the project's root. */
  path: string;
  manifest?: string;
  /** Hook files of the same stem, relative to the project's root. */
  hookFiles: readonly string[];
  at: Location;
}

export interface Instance {
  name: string;
  product: string;
  /** How it is addressed: the bare name, or `product/name` where two products have an instance of that name. */
  address: string;
  /** Folder relative to the project's root. */
  path: string;
  manifest: string;
  /** Values as in config.yaml, typed by the product's settings, defaults not filled in. */
  settings: Readonly<Record<string, unknown>>;
  /** Where each setting stands, by dotted path. */
  places: Readonly<Record<string, Location>>;
  at: Location;
  problems: readonly Diagnostic[];
}

export interface Plug {
  /** Manifest relative to the project's root: the plug's identity. */
  manifest: string;
  /** Addresses of existing instances (see {@link Instance.address}); as written where no such instance exists. */
  src_instance: string;
  dst_instance: string;
  topic: string;
  /** Undefined where the manifest does not say (then the capabilities decide). */
  kind: PlugKind | undefined;
  /** `mode`, `format`, ... as set by the manifest or by the file's name. */
  constraints: Constraints;
  /** Address of the instance that sets the plug up alone, where both could. */
  owner?: string;
  /** Settings of the source's and of the destination's integration. */
  src_config: Readonly<Record<string, unknown>>;
  dst_config: Readonly<Record<string, unknown>>;
  settings: Readonly<Record<string, unknown>>;
  /** Data may run in circles through this plug: its ends tell their own data apart. */
  allow_cycle?: boolean;
  /** `up` where the Python tool has set it up already. */
  status?: string;
  at: Location;
  problems: readonly Diagnostic[];
}

export interface Project {
  /** Absolute path. */
  root: string;
  /** Constraint keys: mode, format, protocol and those of meshroom.yaml. */
  constraints: readonly string[];
  products: ReadonlyMap<string, Product>;
  /** Sorted by product, then name. */
  instances: readonly Instance[];
  /** Sorted by manifest path. */
  plugs: readonly Plug[];
  /** Every problem of the tree, those of products, instances and plugs included, sorted by place. */
  diagnostics: readonly Diagnostic[];
}
