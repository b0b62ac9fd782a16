// Products and instances by the names that people type.

import { nearest } from "../../base/suggest";
import { meshroomCommand } from "../../base/words";
import { MeshroomError } from "../../diagnostic";
import { findInstance } from "../../model/read-instance";
import type { Instance, Product, Project } from "../../model/types";

/** @throws MeshroomError PRODUCT_UNKNOWN */
export function requireProduct(project: Project, name: string): Product {
  const product = project.products.get(name);
  if (product) return product;
  const guess = nearest(name, project.products.keys());
  throw new MeshroomError({
    code: "PRODUCT_UNKNOWN",
    severity: "error",
    summary: `there is no product \`${name}\` in products/`,
    remedy: guess ? `did you mean \`${guess}\`?` : `\`${meshroomCommand("create product", [name])}\``,
  });
}

/** By bare name or `product/name`. @throws MeshroomError INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS */
export function requireInstance(project: Project, reference: string): Instance {
  const lookup = findInstance(project.instances, reference);
  if ("found" in lookup) return lookup.found;
  if ("ambiguous" in lookup) {
    const addresses = lookup.ambiguous.map(({ address }) => `\`${address}\``);
    throw new MeshroomError({
      code: "INSTANCE_AMBIGUOUS",
      severity: "error",
      summary: `\`${reference}\` is the name of ${addresses.length} instances`,
      remedy: `say which: ${addresses.join(" or ")}`,
    });
  }
  throw new MeshroomError({
    code: "INSTANCE_UNKNOWN",
    severity: "error",
    summary: `there is no instance \`${reference}\``,
    remedy: lookup.nearest
      ? `did you mean \`${lookup.nearest}\`?`
      : "see `meshroom list instances`, or make one with `meshroom add PRODUCT NAME`",
  });
}
