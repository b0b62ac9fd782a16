// The resources that a Pulumi program sees. Their provider is a constant text that names our code, so nothing is serialised.
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../base/json";
import {
  type Bookkeeping,
  type InstanceInputs,
  type PlugInputs,
  type ProductInputs,
  providerText,
  providerTypes,
  secretOutputs,
} from "../mesh/stored";

/** Everything but what the class adds itself; each value may be an Output. */
export type Args<T extends Bookkeeping> = { [K in keyof Omit<T, "__provider" | "__urn">]: pulumi.Input<T[K]> };

abstract class MeshResource extends pulumi.CustomResource {
  constructor(
    kind: keyof typeof providerTypes,
    name: string,
    args: Record<string, unknown>,
    outputs: readonly string[],
    options: pulumi.CustomResourceOptions = {},
  ) {
    const type = providerTypes[kind];
    const properties: Record<string, unknown> = {
      ...Object.fromEntries(outputs.map((output) => [output, undefined])),
      ...args,
    };
    properties.__provider = providerText(kind);
    properties.__urn = pulumi.createUrn(name, type, options.parent && urnOf(options.parent));
    super(type, name, properties, {
      ...options,
      additionalSecretOutputs: [...secretOutputs, ...(options.additionalSecretOutputs ?? [])],
    });
  }
}

/** As a promise: an Output would make the resource depend on its parent, and so on its parent's other children. */
function urnOf(resource: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => void resource.urn.apply(resolve));
}

/** A product that at least one instance uses, with what it can do. */
export class Product extends MeshResource {
  /** The name of its folder. */
  declare readonly name: pulumi.Output<string>;
  /** What it can do, in words: `produces events (push, format ecs)`. */
  declare readonly capabilities: pulumi.Output<string[]>;

  /** @internal made by a Mesh */
  constructor(name: string, args: Args<ProductInputs>, options?: pulumi.CustomResourceOptions) {
    super("product", name, args, [], options);
  }
}

/** A tenant of a product. */
export class Instance extends MeshResource {
  /** The name of its folder. */
  declare readonly name: pulumi.Output<string>;
  /** The name of its product. */
  declare readonly product: pulumi.Output<string>;
  /** As this stack has them: the tree's values, the defaults, and the stack's over both. Secret ones are not here. */
  declare readonly settings: pulumi.Output<Record<string, Json>>;

  /** @internal made by a Mesh */
  constructor(name: string, args: Args<InstanceInputs>, options?: pulumi.CustomResourceOptions) {
    super("instance", name, args, [], options);
  }
}

/** A connection between two instances: creating it runs the setup hooks of its ends, deleting it their teardown hooks. */
export class Plug extends MeshResource {
  /** Address of the end that sends, or that triggers: a key of {@link Mesh.instances}. */
  declare readonly source: pulumi.Output<string>;
  /** Address of the end that receives, or that executes. */
  declare readonly destination: pulumi.Output<string>;
  /** What it carries. */
  declare readonly topic: pulumi.Output<string>;
  /** `push` or `pull`. */
  declare readonly mode: pulumi.Output<string>;
  /** What the setup hooks stored in `plug.settings`. */
  declare readonly state: pulumi.Output<Record<string, Json>>;
  /** Git revision of the project when the plug was last set up. */
  declare readonly revision: pulumi.Output<string | undefined>;

  /** @internal made by a Mesh */
  constructor(name: string, args: Args<PlugInputs>, options?: pulumi.CustomResourceOptions) {
    super("plug", name, args, ["state", "revision", "__secretState", "__done", "__touched"], {
      ...options,
      // Whoever asks for a replacement: made first, the new plug's things at the vendor would go with the old one's.
      deleteBeforeReplace: true,
    });
  }
}
