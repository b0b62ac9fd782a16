// The products of a project, what they can do and where they are used.

import { groupBy } from "../../base/group-by";
import { describeConstraints } from "../../base/words";
import type { Product, Project, Role } from "../../model/types";

export interface ListedProduct {
  name: string;
  vendor?: string;
  description?: string;
  tags: readonly string[];
  /** What it can do, by role: `events (pull, format json)`. */
  capabilities: Readonly<Record<Role, readonly string[]>>;
  integrations: number;
  /** Addresses of its instances. */
  instances: readonly string[];
}

/** Products whose name, vendor, description or tags hold `search`, ignoring case; sorted by name. */
export function listProducts(project: Project, search = ""): ListedProduct[] {
  const instances = groupBy(project.instances, ({ product }) => product);
  return [...project.products.values()]
    .filter((product) => mentions(product, search.toLowerCase()))
    .map((product) => ({
      name: product.name,
      ...(product.vendor !== undefined && { vendor: product.vendor }),
      ...(product.description !== undefined && { description: product.description }),
      tags: product.tags,
      capabilities: capabilitiesOf(product),
      integrations: product.integrations.length,
      instances: (instances.get(product.name) ?? []).map(({ address }) => address),
    }));
}

function mentions({ name, vendor, description, tags }: Product, search: string): boolean {
  return [name, vendor, description, ...tags].some((text) => text?.toLowerCase().includes(search));
}

function capabilitiesOf(product: Product): ListedProduct["capabilities"] {
  const inRole = (role: Role) =>
    product.capabilities
      .filter((capability) => capability.role === role)
      .map(({ topic, constraints }) => {
        const described = describeConstraints(constraints);
        return `${topic ?? "anything"}${described ? ` (${described})` : ""}`;
      });
  return {
    producer: inRole("producer"),
    consumer: inRole("consumer"),
    trigger: inRole("trigger"),
    executor: inRole("executor"),
  };
}
