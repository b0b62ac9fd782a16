// Integrations: those that are written, and those that the capabilities of two products make possible.

import { groupBy } from "../../base/group-by";
import { buildCapabilityGraph, type CapabilityGraph } from "../../graph/capability-graph";
import { combineConstraints, isSourceRole, type Match } from "../../graph/match";
import { compareText } from "../../model/tree";
import type { Constraints, Integration, Plug, Product, Project, Role } from "../../model/types";
import { requireProduct } from "../finding/lookup";

export interface ListedIntegration {
  product: string;
  target: string;
  /** Undefined where neither product names one. */
  topic: string | undefined;
  role: Role;
  constraints: Constraints;
  /** False: the capabilities match, and nothing is written for this pair of products. */
  isWritten: boolean;
  /** Manifest, or the hook file that stands for it. */
  file?: string;
  hookFiles: readonly string[];
  /** Plugs that it serves. */
  plugs: number;
}

export interface IntegrationFilter {
  product?: string;
  target?: string;
  topic?: string;
}

/**
 * Product by product as they are asked for, so that the first can be shown before the last is known; the time goes with what is yielded.
 * @throws MeshroomError PRODUCT_UNKNOWN, at once
 */
export function listIntegrations(project: Project, filter: IntegrationFilter): Iterable<ListedIntegration> {
  if (filter.target !== undefined) requireProduct(project, filter.target);
  const products =
    filter.product === undefined ? [...project.products.values()] : [requireProduct(project, filter.product)];
  return new Lister(project, filter).list(products);
}

class Lister {
  readonly #plugs: ReadonlyMap<string, readonly Plug[]>;
  readonly #graph: CapabilityGraph;

  constructor(
    project: Project,
    private readonly filter: IntegrationFilter,
  ) {
    const products = new Map(project.instances.map(({ address, product }) => [address, product]));
    this.#graph = buildCapabilityGraph(project.products.values());
    this.#plugs = groupBy(project.plugs, ({ src_instance, dst_instance, topic }) =>
      plugKey(products.get(src_instance) ?? "", products.get(dst_instance) ?? "", topic),
    );
  }

  *list(products: readonly Product[]): Generator<ListedIntegration> {
    for (const product of products) {
      yield* this.#written(product);
      yield* this.#possible(product);
    }
  }

  *#written(product: Product): Generator<ListedIntegration> {
    const sorted = [...product.integrations].sort(
      (a, b) => compareText(a.target, b.target) || compareText(a.topic, b.topic) || compareText(a.role, b.role),
    );
    for (const integration of sorted) {
      const { target, topic, role, constraints, manifest, hookFiles } = integration;
      if (!this.#isAskedFor(target, topic)) continue;
      const file = manifest ?? hookFiles[0];
      const plugs = this.#countPlugs(integration);
      yield { product: product.name, target, topic, role, constraints, isWritten: true, file, hookFiles, plugs };
    }
  }

  *#possible(product: Product): Generator<ListedIntegration> {
    const written = groupBy(product.integrations, ({ target, topic, role }) => JSON.stringify([target, topic, role]));
    const seen = new Set<string>();
    for (const match of this.#matches(product.name)) {
      const isSource = match.source.product === product.name;
      const [own, peer] = isSource ? [match.source, match.destination] : [match.destination, match.source];
      const { topic, constraints } = match;
      if (!this.#isAskedFor(peer.product, topic)) continue;
      const serving = written.get(JSON.stringify([peer.product, topic, own.role])) ?? [];
      if (serving.some((integration) => combineConstraints(integration.constraints, constraints))) continue;
      const found = { product: product.name, target: peer.product, topic, role: own.role, constraints };
      const key = JSON.stringify(found);
      if (seen.has(key)) continue;
      seen.add(key);
      yield { ...found, isWritten: false, hookFiles: [], plugs: this.#countPlugs(found) };
    }
  }

  #matches(product: string): Iterable<Match> {
    const { target, topic } = this.filter;
    if (target === undefined) return this.#graph.partners({ product, topic });
    return this.#bothWays(product, target, topic);
  }

  *#bothWays(product: string, target: string, topic: string | undefined): Generator<Match> {
    yield* this.#graph.between(product, target, topic);
    if (product !== target) yield* this.#graph.between(target, product, topic);
  }

  #isAskedFor(target: string, topic: string | undefined): boolean {
    const { filter } = this;
    return (
      (filter.target === undefined || target === filter.target) &&
      (filter.topic === undefined || topic === filter.topic)
    );
  }

  #countPlugs(of: Pick<Integration, "product" | "target" | "role" | "constraints"> & { topic?: string }): number {
    const ends = isSourceRole(of.role) ? [of.product, of.target] : [of.target, of.product];
    const plugs = this.#plugs.get(plugKey(ends[0] ?? "", ends[1] ?? "", of.topic ?? "")) ?? [];
    return plugs.filter((plug) => combineConstraints(plug.constraints, of.constraints)).length;
  }
}

function plugKey(source: string, destination: string, topic: string): string {
  return JSON.stringify([source, destination, topic]);
}
