import fc from "fast-check";
import { buildCapabilityGraph } from "../../provider/src/graph/capability-graph";
import { ConstraintIndex } from "../../provider/src/graph/constraint-index";
import { isSourceRole, type Match, matchCapabilities, servesTopic } from "../../provider/src/graph/match";
import type { Capability, Product } from "../../provider/src/model/types";
import { capability, role, topic } from "./arbitraries";
import { can, product } from "./builders";

const products: fc.Arbitrary<Product[]> = fc
  .array(fc.array(capability, { maxLength: 6 }), { maxLength: 6 })
  .map((lists) => lists.map((capabilities, i) => product(`p${i}`, capabilities)));

/** The definition: compare everything with everything. */
function naive(all: readonly Product[], keep: (source: Capability, destination: Capability) => boolean): Match[] {
  const capabilities = all.flatMap((one) => one.capabilities);
  return capabilities.flatMap((source) =>
    capabilities.flatMap((destination) => {
      if (!isSourceRole(source.role) || !keep(source, destination)) return [];
      return matchCapabilities(source, destination) ?? [];
    }),
  );
}

/** Matches as a sorted list of texts, to compare them whatever their order. */
function asSet(matches: Iterable<Match>): string[] {
  return [...matches]
    .map(({ source, destination, topic, constraints }) =>
      [source.at, destination.at, topic, Object.entries(constraints).sort()].map((part) => JSON.stringify(part)).join(),
    )
    .sort();
}

describe("the graph answers like the all-pairs definition", () => {
  test("partners of a capability", () => {
    fc.assert(
      fc.property(products, (all) => {
        const graph = buildCapabilityGraph(all);
        for (const one of all.flatMap(({ capabilities }) => capabilities)) {
          const expected = naive(all, (source, destination) => source === one || destination === one);
          expect(asSet(graph.partners(one))).toEqual(asSet(expected));
        }
      }),
    );
  });

  test("partners of a product, by role and topic", () => {
    const asked = fc.tuple(fc.option(role, { nil: undefined }), topic);
    fc.assert(
      fc.property(products, asked, (all, [role, topic]) => {
        const graph = buildCapabilityGraph(all);
        const isAsked = (one: Capability) => one.product === "p0" && (role === undefined || one.role === role);
        const expected = naive(all, (source, destination) => {
          const isEither = isAsked(source) || isAsked(destination);
          return isEither && servesTopic(source, topic) && servesTopic(destination, topic);
        }).map((match) => ({ ...match, topic: topic ?? match.topic }));
        expect(asSet(graph.partners({ product: "p0", role, topic }))).toEqual(asSet(expected));
      }),
    );
  });

  test("between two products", () => {
    fc.assert(
      fc.property(products, topic, (all, topic) => {
        const expected = naive(all, (source, destination) => {
          const isAsked = source.product === "p0" && destination.product === "p1";
          return isAsked && servesTopic(source, topic) && servesTopic(destination, topic);
        }).map((match) => ({ ...match, topic: topic ?? match.topic }));
        expect([...buildCapabilityGraph(all).between("p0", "p1", topic)]).toEqual(expected);
      }),
    );
  });
});

test("a capability without topic serves each", () => {
  const forwarder = product("forwarder", [can("producer", undefined)]);
  const siem = product("siem", [can("consumer", "events"), can("consumer", "alerts"), can("trigger", "block_ip")]);
  const graph = buildCapabilityGraph([siem, forwarder]);
  expect([...graph.partners({ product: "forwarder" })].map((match) => match.topic)).toEqual(["events", "alerts"]);
});

test("a product may be its own partner, and is yielded once", () => {
  const relay = product("relay", [can("producer", "events"), can("consumer", "events")]);
  expect([...buildCapabilityGraph([relay]).partners({ product: "relay" })]).toHaveLength(1);
});

test("a product that is not in the graph has no partners", () => {
  const graph = buildCapabilityGraph([]);
  expect([...graph.partners({ product: "ghost" }), ...graph.between("ghost", "ghost")]).toEqual([]);
});

test("an index finds the compatible items, those added after a query too", () => {
  const index = new ConstraintIndex<number>();
  for (let i = 0; i < 100; i++) index.add({ format: `f${i}` }, i);
  const itemsFor = (constraints: Record<string, string>) =>
    [...index.compatible(constraints)].flatMap(({ items }) => items);
  expect(itemsFor({ format: "f7" })).toEqual([7]);
  index.add({}, 100);
  index.add({ format: "f7" }, 101);
  expect(itemsFor({ format: "f7" })).toEqual([7, 101, 100]);
  expect(itemsFor({ protocol: "tls" })).toHaveLength(102);
});
