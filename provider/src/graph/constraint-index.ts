// Items by their constraints: finds the compatible ones without looking at each of the others.
import type { Constraints } from "../model/types";
import { combineConstraints } from "./match";

/** Items that have the very same constraints. */
interface Group<T> {
  constraints: Constraints;
  items: T[];
}

/** The groups by what they say about one constraint. */
interface KeyIndex<T> {
  byValue: Map<string, Group<T>[]>;
  unset: Group<T>[];
}

/** Items compatible with a query, with what they and the query set together. */
export interface Compatible<T> {
  constraints: Constraints;
  items: readonly T[];
}

/**
 * Constraints are combined once per group, not per item. A query visits the groups that agree with it on one of its
 * constraints (the one that leaves fewest) or leave that one unset.
 */
export class ConstraintIndex<T> {
  readonly #groups = new Map<string, Group<T>>();
  readonly #keys = new Set<string>();
  /** By constraint key, made when a query needs it. */
  readonly #keyIndexes = new Map<string, KeyIndex<T>>();

  add(constraints: Constraints, item: T): void {
    const signature = signatureOf(constraints);
    const group = this.#groups.get(signature);
    if (group) {
      group.items.push(item);
      return;
    }
    this.#groups.set(signature, { constraints, items: [item] });
    for (const key of Object.keys(constraints)) this.#keys.add(key);
    this.#keyIndexes.clear();
  }

  /** The items that no constraint of `constraints` rules out, group by group in the order in which groups were first added. */
  *compatible(constraints: Constraints): Generator<Compatible<T>> {
    for (const groups of this.#candidates(constraints)) {
      for (const group of groups) {
        const combined = combineConstraints(constraints, group.constraints);
        if (combined) yield { constraints: combined, items: group.items };
      }
    }
  }

  /** The shortest lists of groups that hold every compatible one. */
  #candidates(constraints: Constraints): Iterable<Group<T>>[] {
    let best: Iterable<Group<T>>[] = [this.#groups.values()];
    let fewest = this.#groups.size;
    for (const [key, value] of Object.entries(constraints)) {
      const index = this.#keyIndex(key);
      if (!index) continue;
      const same = index.byValue.get(value) ?? [];
      if (same.length + index.unset.length >= fewest) continue;
      best = [same, index.unset];
      fewest = same.length + index.unset.length;
    }
    return best;
  }

  #keyIndex(key: string): KeyIndex<T> | undefined {
    const known = this.#keyIndexes.get(key);
    if (known || !this.#keys.has(key)) return known;
    const index: KeyIndex<T> = { byValue: new Map(), unset: [] };
    for (const group of this.#groups.values()) {
      const value = Object.hasOwn(group.constraints, key) ? group.constraints[key] : undefined;
      if (value === undefined) index.unset.push(group);
      else append(index.byValue, value, group);
    }
    this.#keyIndexes.set(key, index);
    return index;
  }
}

/** Adds to the list that a map holds under `key`. */
function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The same text for the same constraints, whatever the order of their keys. */
function signatureOf(constraints: Constraints): string {
  const keys = Object.keys(constraints);
  if (keys.length === 0) return "";
  return JSON.stringify(keys.sort().flatMap((key) => [key, constraints[key]]));
}
