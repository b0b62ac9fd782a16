// Ways for a topic from one product to another: straight, or over a third product that takes it in one format and gives it in another.
import type { Product } from "../model/types";
import { combineConstraints, type Match, matchesBetween } from "./match";

export interface Way {
  /** The product between; absent for a direct way. */
  via?: string;
  /** From the source: one match, or two over the third product. */
  legs: readonly Match[];
}

export interface WayQuery {
  source: Product;
  destination: Product;
  topic: string;
  /** The format in which it must arrive. */
  format?: string;
}

/** Direct ways, the first match of each set of constraints. */
export function directWays({ source, destination, topic, format }: WayQuery): Way[] {
  return distinct([...matchesBetween(source.capabilities, destination.capabilities, topic)], format).map((match) => ({
    legs: [match],
  }));
}

/**
 * Ways over one other product that consumes and produces the topic (n + m mappings of formats in place of n times m), those that set most
 * constraints first. Only data is passed on: an action has one executor.
 */
export function waysOverAnother(products: Iterable<Product>, { source, destination, topic, format }: WayQuery): Way[] {
  const ways: Way[] = [];
  for (const between of products) {
    if (between === source || between === destination) continue;
    const first = distinct(dataMatches(source, between, topic));
    if (first.length === 0) continue;
    const second = distinct(dataMatches(between, destination, topic), format);
    for (const one of first) for (const other of second) ways.push({ via: between.name, legs: [one, other] });
  }
  return ways.sort((a, b) => specificity(b) - specificity(a));
}

function dataMatches(source: Product, destination: Product, topic: string): Match[] {
  const matches = [...matchesBetween(source.capabilities, destination.capabilities, topic)];
  return matches.filter((match) => match.source.role === "producer");
}

/** Those that agree with the format, one for each set of constraints. */
function distinct(matches: readonly Match[], format?: string): Match[] {
  const found = new Map<string, Match>();
  for (const match of matches) {
    const constraints = combineConstraints(match.constraints, format === undefined ? {} : { format });
    const key = constraints && JSON.stringify(Object.entries(constraints).sort());
    if (key !== undefined && !found.has(key)) found.set(key, { ...match, constraints: constraints ?? {} });
  }
  return [...found.values()];
}

function specificity({ legs }: Way): number {
  return legs.reduce((sum, { constraints }) => sum + Object.keys(constraints).length, 0);
}
