// Capabilities that a product has by its Python hooks alone: in existing projects a set-up hook declares one.
import type { HookDescription } from "../../model/hook";
import type { Capability, Product, Project } from "../../model/types";
import type { Described } from "./describe";
import { hookLanguage } from "./hook-sources";

/**
 * The project with what the set-up hooks of its products imply. Only where a manifest says nothing about that role and topic: a hook never
 * loosens what is declared.
 */
export function withImpliedCapabilities(project: Project, described: ReadonlyMap<string, Described>): Project {
  const products = new Map<string, Product>();
  for (const [name, product] of project.products) {
    const implied = product.hookFiles.flatMap((file) => impliedBy(product, file, described.get(file)));
    const capabilities = implied.length > 0 ? [...product.capabilities, ...implied] : product.capabilities;
    products.set(name, { ...product, capabilities });
  }
  return { ...project, products };
}

/** Whether a hook file's declarations count as capabilities. */
export function canImply(file: string): boolean {
  return hookLanguage(file) === "python";
}

function impliedBy(product: Product, file: string, described: Described | undefined): Capability[] {
  if (!canImply(file) || !described || !("hooks" in described)) return [];
  const isDeclared = ({ role, topic }: HookDescription) =>
    product.capabilities.some((one) => one.role === role && (topic === undefined || one.topic === topic));
  return described.hooks.flatMap((hook) => {
    const { kind, role, topic, mode, format } = hook;
    if (kind !== "setup" || role === undefined || isDeclared(hook)) return [];
    const constraints = { ...(mode && { mode }), ...(format !== undefined && { format }) };
    return [{ product: product.name, role, topic, constraints, details: {}, at: { file, line: 1, column: 1 } }];
  });
}
