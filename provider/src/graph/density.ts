// How dense the capability graph is: of all that could talk, how much can, and what one more capability would open.
import type { Capability, PlugKind, Product, Role } from "../model/types";
import { BitSet } from "./bit-set";
import { combineConstraints, complementary, isSourceRole } from "./match";

export interface TopicDensity {
  topic: string;
  kind: PlugKind;
  /** Products that produce or trigger it, and that consume or execute it. */
  sources: number;
  destinations: number;
  /** Ordered pairs of different products that match for it. */
  pairs: number;
}

export interface TagDensity {
  tag: string;
  products: number;
  /** Among these products alone. */
  pairs: number;
  density: number;
}

export interface Opener {
  product: string;
  /** How many other products it can send to, and receive from. */
  sendsTo: number;
  receivesFrom: number;
}

export interface NewCapability {
  product: string;
  role: Role;
  topic: string;
  /** Plugs that it makes possible: pairs of instances; of products where none has an instance. */
  opens: number;
}

export interface NewIntegration {
  /** The source and the destination, neither of which has a hook for the other yet. */
  product: string;
  target: string;
  topic: string;
  role: Role;
  /** Pairs of their instances; 1 where no product has an instance. */
  opens: number;
}

export interface Density {
  products: number;
  /** Ordered pairs of different products of which the first can send the second something, for any topic. */
  pairs: number;
  /** `pairs` of all ordered pairs of different products: from 0 to 1; 0 for fewer than two products. */
  density: number;
  /** Most pairs first. */
  topics: readonly TopicDensity[];
  /** Densest first. */
  tags: readonly TagDensity[];
  /** Every product, those with most partners first. */
  openers: readonly Opener[];
  /** Capabilities that no other product can take or give. */
  unmatched: readonly Capability[];
  /** The capabilities, set to no mode and format, that would open most; the best first. */
  suggestions: readonly NewCapability[];
  /** The integrations of products that match already which would open most; the best first. */
  integrations: readonly NewIntegration[];
}

const suggested = 5;
const anyTopic = "any topic";

/**
 * Time: linear in capabilities, and in products times products / 32 for each topic's sources (sets of products are bits).
 * @param instances how many instances each product has
 */
export function measureDensity(products: readonly Product[], instances: ReadonlyMap<string, number>): Density {
  const index = new Map(products.map(({ name }, number) => [name, number]));
  const all = products.map(() => new BitSet(products.length));
  const topics = servedTopics(products);
  const matched = new Set<Capability>();
  const wanted = new WantedIntegrations(products, instances);
  const measured = topics.map(({ topic, kind, capabilities }) => {
    const rows = matchTopic(capabilities, index, products.length, matched);
    let pairs = 0;
    for (const [source, row] of rows) {
      row.delete(source);
      wanted.look(source, row, topic, kind);
      pairs += row.size();
      all[source]?.addAll(row);
    }
    const count = (isWanted: (role: Role) => boolean) =>
      new Set(capabilities.filter(({ role }) => isWanted(role)).map(({ product }) => product)).size;
    return { topic, kind, sources: count(isSourceRole), destinations: count((role) => !isSourceRole(role)), pairs };
  });
  const pairs = all.reduce((sum, row) => sum + row.size(), 0);
  return {
    products: products.length,
    pairs,
    density: ratio(pairs, products.length),
    topics: measured.sort((a, b) => b.pairs - a.pairs || compare(a.topic, b.topic) || compare(a.kind, b.kind)),
    tags: tagDensities(products, all),
    openers: openersOf(products, all),
    unmatched: products.flatMap(({ capabilities }) => capabilities).filter((each) => !matched.has(each)),
    suggestions: suggest(products, topics, instances),
    integrations: wanted.best,
  };
}

interface ServedTopic {
  topic: string;
  kind: PlugKind;
  capabilities: readonly Capability[];
}

/** Each topic with the capabilities that serve it; those for any topic serve all, and one of their own where none is named. */
function servedTopics(products: readonly Product[]): ServedTopic[] {
  const named = new Map<string, Capability[]>();
  const any: Record<PlugKind, Capability[]> = { data: [], action: [] };
  for (const capability of products.flatMap((product) => product.capabilities)) {
    const kind = kindOf(capability.role);
    if (capability.topic === undefined) any[kind].push(capability);
    else {
      const key = `${kind} ${capability.topic}`;
      const known = named.get(key);
      if (known) known.push(capability);
      else named.set(key, [capability]);
    }
  }
  const served = [...named].map(([key, capabilities]): ServedTopic => {
    const kind = key.startsWith("data ") ? "data" : "action";
    return { kind, topic: key.slice(kind.length + 1), capabilities: [...capabilities, ...any[kind]] };
  });
  const open = (["data", "action"] as const).filter((kind) => any[kind].length > 0);
  return [...served, ...open.map((kind): ServedTopic => ({ kind, topic: anyTopic, capabilities: any[kind] }))];
}

function kindOf(role: Role): PlugKind {
  return role === "producer" || role === "consumer" ? "data" : "action";
}

/** Which products the sources of a topic can send to. Capabilities that have a partner of another product are added to `matched`. */
function matchTopic(
  capabilities: readonly Capability[],
  index: ReadonlyMap<string, number>,
  size: number,
  matched: Set<Capability>,
): Map<number, BitSet> {
  const sources = byConstraints(capabilities.filter(({ role }) => isSourceRole(role)));
  const destinations = byConstraints(capabilities.filter(({ role }) => !isSourceRole(role)));
  const rows = new Map<number, BitSet>();
  for (const from of sources) {
    for (const to of destinations) {
      if (!combineConstraints(from[0].constraints, to[0].constraints)) continue;
      const receivers = new BitSet(size);
      for (const { product } of to) receivers.add(index.get(product) as number);
      noteMatched(from, to, matched);
      for (const { product } of from) {
        const number = index.get(product) as number;
        const row = rows.get(number) ?? new BitSet(size);
        rows.set(number, row.addAll(receivers));
      }
    }
  }
  return rows;
}

/** A product's own capability is no partner: with two products on one side, each of the other side has one. */
function noteMatched(from: readonly Capability[], to: readonly Capability[], matched: Set<Capability>): void {
  const [senders, receivers] = [namesOf(from), namesOf(to)];
  const hasOther = (names: ReadonlySet<string>, own: string) => names.size > (names.has(own) ? 1 : 0);
  for (const each of from) if (hasOther(receivers, each.product)) matched.add(each);
  for (const each of to) if (hasOther(senders, each.product)) matched.add(each);
}

function namesOf(capabilities: readonly Capability[]): Set<string> {
  return new Set(capabilities.map(({ product }) => product));
}

function byConstraints(capabilities: readonly Capability[]): [Capability, ...Capability[]][] {
  const groups = new Map<string, [Capability, ...Capability[]]>();
  for (const capability of capabilities) {
    const key = JSON.stringify(Object.entries(capability.constraints).sort(([a], [b]) => compare(a, b)));
    const known = groups.get(key);
    if (known) known.push(capability);
    else groups.set(key, [capability]);
  }
  return [...groups.values()];
}

function tagDensities(products: readonly Product[], rows: readonly BitSet[]): TagDensity[] {
  const tags = new Map<string, BitSet>();
  for (const [number, product] of products.entries()) {
    for (const tag of new Set(product.tags)) {
      const members = tags.get(tag) ?? new BitSet(products.length);
      members.add(number);
      tags.set(tag, members);
    }
  }
  const measured = [...tags].map(([tag, members]) => {
    const numbers = [...members.values()];
    const pairs = numbers.reduce((sum, number) => sum + (rows[number]?.sizeOfCommon(members) ?? 0), 0);
    return { tag, products: numbers.length, pairs, density: ratio(pairs, numbers.length) };
  });
  return measured.sort((a, b) => b.density - a.density || b.products - a.products || compare(a.tag, b.tag));
}

function openersOf(products: readonly Product[], rows: readonly BitSet[]): Opener[] {
  const receives = new Uint32Array(products.length);
  for (const row of rows) for (const number of row.values()) receives[number] = (receives[number] ?? 0) + 1;
  const openers = products.map(({ name }, number) => ({
    product: name,
    sendsTo: rows[number]?.size() ?? 0,
    receivesFrom: receives[number] ?? 0,
  }));
  const partners = ({ sendsTo, receivesFrom }: Opener) => sendsTo + receivesFrom;
  return openers.sort((a, b) => partners(b) - partners(a) || compare(a.product, b.product));
}

/** Of pairs that match, those that no hook connects: neither of both products has hooks of its own or an integration with the other. */
class WantedIntegrations {
  readonly best: NewIntegration[] = [];
  readonly #written: ReadonlySet<string>;
  readonly #weights: readonly number[];

  constructor(
    private readonly products: readonly Product[],
    instances: ReadonlyMap<string, number>,
  ) {
    this.#weights = weightsOf(products, instances);
    this.#written = new Set(
      products.flatMap(({ name, integrations }) =>
        integrations.map(({ target, topic }) => `${name}\n${target}\n${topic}`),
      ),
    );
  }

  look(source: number, row: BitSet, topic: string, kind: PlugKind): void {
    const from = this.products[source] as Product;
    const weight = this.#weights[source] ?? 0;
    if (weight === 0 || from.hookFiles.length > 0 || topic === anyTopic) return;
    for (const number of row.values()) {
      const to = this.products[number] as Product;
      const opens = weight * (this.#weights[number] ?? 0);
      if (opens === 0 || to.hookFiles.length > 0 || opens < (this.best[suggested - 1]?.opens ?? 0)) continue;
      if (
        this.#written.has(`${from.name}\n${to.name}\n${topic}`) ||
        this.#written.has(`${to.name}\n${from.name}\n${topic}`)
      )
        continue;
      const role = kind === "data" ? "producer" : "trigger";
      keepBest(this.best, { product: from.name, target: to.name, topic, role, opens });
    }
  }
}

/** Instances of each product; 1 where no product has any. */
function weightsOf(products: readonly Product[], instances: ReadonlyMap<string, number>): number[] {
  const weights = products.map(({ name }) => instances.get(name) ?? 0);
  return weights.some((weight) => weight > 0) ? weights : products.map(() => 1);
}

/** A role that a product does not have for a topic yet would match every product in the complementary one. */
function suggest(
  products: readonly Product[],
  topics: readonly ServedTopic[],
  instances: ReadonlyMap<string, number>,
): NewCapability[] {
  const weights = weightsOf(products, instances);
  const byName = new Map(products.map(({ name }, index) => [name, weights[index] ?? 0]));
  const weight = (name: string) => byName.get(name) ?? 0;
  const best: NewCapability[] = [];
  for (const { topic, kind, capabilities } of topics.filter((each) => each.topic !== anyTopic)) {
    const roles: readonly Role[] = kind === "data" ? ["producer", "consumer"] : ["trigger", "executor"];
    for (const role of roles) {
      const has = namesOf(capabilities.filter((each) => each.role === role));
      const partners = namesOf(capabilities.filter((each) => each.role === complementary(role)));
      const total = [...partners].reduce((sum, name) => sum + weight(name), 0);
      for (const { name } of products) {
        if (has.has(name)) continue;
        const opens = weight(name) * (total - (partners.has(name) ? weight(name) : 0));
        if (opens > 0) keepBest(best, { product: name, role, topic, opens });
      }
    }
  }
  return best;
}

function keepBest<T extends { product: string; topic: string; role: Role; opens: number; target?: string }>(
  best: T[],
  candidate: T,
): void {
  best.push(candidate);
  best.sort(
    (a, b) =>
      b.opens - a.opens ||
      compare(a.product, b.product) ||
      compare(a.target ?? "", b.target ?? "") ||
      compare(a.topic, b.topic) ||
      compare(a.role, b.role),
  );
  if (best.length > suggested) best.pop();
}

function ratio(pairs: number, products: number): number {
  return products < 2 ? 0 : pairs / (products * (products - 1));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
