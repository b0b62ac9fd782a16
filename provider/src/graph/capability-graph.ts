// The capability graph: which product can be plugged to which, for what. Built in one pass, asked without a scan.
import type { Capability, Product, Role } from "../model/types";
import { ConstraintIndex } from "./constraint-index";
import { complementary, isSourceRole, type Match, matchesBetween, servesTopic } from "./match";

/** Asks for the partners of what a product can do, all of it or in one role or for one topic. */
export interface PartnerQuery {
  product: string;
  role?: Role;
  topic?: string;
}

/** Indexes the capabilities of all products. Time and memory are linear in their number. */
export function buildCapabilityGraph(products: Iterable<Product>): CapabilityGraph {
  return new CapabilityGraph(products);
}

export class CapabilityGraph {
  readonly #byProduct = new Map<string, readonly Capability[]>();
  readonly #roles: Readonly<Record<Role, RoleIndex>> = {
    producer: new RoleIndex(),
    consumer: new RoleIndex(),
    trigger: new RoleIndex(),
    executor: new RoleIndex(),
  };

  constructor(products: Iterable<Product>) {
    for (const product of products) {
      this.#byProduct.set(product.name, product.capabilities);
      for (const capability of product.capabilities) this.#roles[capability.role].add(capability);
    }
  }

  /**
   * Every match of one capability, or of what a product can do, with all products, its own included (two instances of
   * a product may be plugged). Costs what it yields: capabilities with other constraints are left out as a group.
   * Matches come grouped by the partner's constraints.
   */
  *partners(of: Capability | PartnerQuery): Generator<Match> {
    if ("constraints" in of) {
      yield* this.#partnersOf(of, of.topic);
      return;
    }
    for (const capability of this.#byProduct.get(of.product) ?? []) {
      if ((of.role && capability.role !== of.role) || !servesTopic(capability, of.topic)) continue;
      const partners = this.#partnersOf(capability, of.topic ?? capability.topic);
      if (of.role || isSourceRole(capability.role)) yield* partners;
      // a product's match with itself has been yielded from its source's side
      else for (const match of partners) if (match.source.product !== of.product) yield match;
    }
  }

  /** Every match of a source capability of one product with a destination capability of another, in manifest order. */
  *between(source: string, destination: string, topic?: string): Generator<Match> {
    yield* matchesBetween(this.#byProduct.get(source) ?? [], this.#byProduct.get(destination) ?? [], topic);
  }

  *#partnersOf(capability: Capability, topic: string | undefined): Generator<Match> {
    const isSource = isSourceRole(capability.role);
    for (const index of this.#roles[complementary(capability.role)].serving(topic)) {
      for (const { constraints, items } of index.compatible(capability.constraints)) {
        for (const partner of items) {
          const [source, destination] = isSource ? [capability, partner] : [partner, capability];
          yield { source, destination, topic: topic ?? partner.topic, constraints };
        }
      }
    }
  }
}

/** The capabilities of one role, by topic, and those for any topic. */
class RoleIndex {
  readonly #topics = new Map<string, ConstraintIndex<Capability>>();
  readonly #anyTopic = new ConstraintIndex<Capability>();

  add(capability: Capability): void {
    this.#indexOf(capability.topic).add(capability.constraints, capability);
  }

  /** Where the capabilities for `topic` are; without a topic: all of them. */
  *serving(topic: string | undefined): Generator<ConstraintIndex<Capability>> {
    if (topic === undefined) yield* this.#topics.values();
    const named = topic === undefined ? undefined : this.#topics.get(topic);
    if (named) yield named;
    yield this.#anyTopic;
  }

  #indexOf(topic: string | undefined): ConstraintIndex<Capability> {
    if (topic === undefined) return this.#anyTopic;
    const known = this.#topics.get(topic);
    if (known) return known;
    const index = new ConstraintIndex<Capability>();
    this.#topics.set(topic, index);
    return index;
  }
}
