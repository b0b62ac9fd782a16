// The instances of a project.
import type { Project } from "../../model/types";
import { requireProduct } from "../finding/lookup";

export interface ListedInstance {
  /** How it is addressed: the bare name, or `product/name`. */
  address: string;
  name: string;
  product: string;
  manifest: string;
  /** As in config.yaml: without defaults, without secrets. */
  settings: Readonly<Record<string, unknown>>;
  /** Plugs that start or end here. */
  plugs: number;
}

export interface InstanceFilter {
  product?: string;
  /** Text in the address, ignoring case. */
  search?: string;
}

/** Sorted by product, then name. @throws MeshroomError PRODUCT_UNKNOWN for a product that has neither folder nor instance */
export function listInstances(project: Project, { product, search = "" }: InstanceFilter): ListedInstance[] {
  const isUsed = project.instances.some((instance) => instance.product === product);
  if (product !== undefined && !isUsed) requireProduct(project, product);
  const plugs = new Map<string, number>();
  for (const { src_instance, dst_instance } of project.plugs) {
    for (const end of [src_instance, dst_instance]) plugs.set(end, (plugs.get(end) ?? 0) + 1);
  }
  return project.instances
    .filter((instance) => product === undefined || instance.product === product)
    .filter(({ address }) => address.toLowerCase().includes(search.toLowerCase()))
    .map(({ address, name, product: of, manifest, settings }) => ({
      address,
      name,
      product: of,
      manifest,
      settings,
      plugs: plugs.get(address) ?? 0,
    }));
}
