// The density is what counting every pair of products by hand gives.
import fc from "fast-check";
import { measureDensity } from "../../provider/src/graph/density";
import { matchCapabilities } from "../../provider/src/graph/match";
import type { Capability, Product } from "../../provider/src/model/types";
import { capability } from "./arbitraries";
import { can, integration, product } from "./builders";

const products = fc
  .array(fc.tuple(fc.array(capability, { maxLength: 5 }), fc.subarray(["edr", "siem"])), { maxLength: 6 })
  .map((made) => made.map(([capabilities, tags], index) => product(`p${index}`, capabilities, { tags })));

/** Can `from` send `to` something? */
function canTalk(
  from: Product,
  to: Product,
  isWanted: (source: Capability, destination: Capability) => boolean = () => true,
) {
  return from.capabilities.some((source) =>
    to.capabilities.some(
      (destination) => matchCapabilities(source, destination)?.source === source && isWanted(source, destination),
    ),
  );
}

function pairsOf(of: readonly Product[]): [Product, Product][] {
  return of.flatMap((from) => of.filter((to) => to !== from).map((to): [Product, Product] => [from, to]));
}

test("pairs, partners, tags and unmatched capabilities agree with every pair tried", () => {
  fc.assert(
    fc.property(products, (all) => {
      const density = measureDensity(all, new Map());
      const talking = pairsOf(all).filter(([from, to]) => canTalk(from, to));
      expect(density.pairs).toBe(talking.length);
      expect(density.density).toBeCloseTo(all.length < 2 ? 0 : talking.length / (all.length * (all.length - 1)));
      for (const { product: name, sendsTo, receivesFrom } of density.openers) {
        expect(sendsTo).toBe(talking.filter(([from]) => from.name === name).length);
        expect(receivesFrom).toBe(talking.filter(([, to]) => to.name === name).length);
      }
      for (const { tag, pairs } of density.tags) {
        const tagged = talking.filter((pair) => pair.every(({ tags }) => tags.includes(tag)));
        expect(pairs).toBe(tagged.length);
      }
      const lonely = all.flatMap((one) =>
        one.capabilities.filter(
          (own) =>
            !all.some((other) => other !== one && other.capabilities.some((each) => matchCapabilities(own, each))),
        ),
      );
      expect(new Set(density.unmatched)).toEqual(new Set(lonely));
    }),
  );
});

test("the best new capability opens what it says, and no other opens more", () => {
  fc.assert(
    fc.property(products, (all) => {
      const [best] = measureDensity(all, new Map()).suggestions;
      const gain = (name: string, made: Capability) => {
        const own = all.find((each) => each.name === name) as Product;
        const other = complementOf(made);
        return all.filter(
          (each) => each !== own && each.capabilities.some((one) => one.role === other && serves(one, made)),
        ).length;
      };
      const topics = new Set(all.flatMap(({ capabilities }) => capabilities.flatMap(({ topic }) => topic ?? [])));
      for (const { name, capabilities } of all) {
        for (const topic of topics) {
          for (const role of ["producer", "consumer", "trigger", "executor"] as const) {
            const made = { ...can(role, topic), product: name };
            if (capabilities.some((each) => each.role === role && serves(each, made))) continue;
            if (!isKindOfTopic(all, made)) continue;
            expect(gain(name, made)).toBeLessThanOrEqual(best?.opens ?? 0);
          }
        }
      }
      if (best) expect(gain(best.product, can(best.role, best.topic))).toBe(best.opens);
    }),
  );
});

const complements = { producer: "consumer", consumer: "producer", trigger: "executor", executor: "trigger" } as const;
const complementOf = ({ role }: Capability) => complements[role];
const serves = (one: Capability, { topic }: Capability) => one.topic === undefined || one.topic === topic;

/** A topic that nobody names as data is not suggested as data. */
function isKindOfTopic(all: readonly Product[], { role, topic }: Capability): boolean {
  return all.some(({ capabilities }) =>
    capabilities.some((each) => each.topic === topic && (each.role === role || each.role === complements[role])),
  );
}

test("instances count: a capability of a product with three of them opens three times as much", () => {
  const all = [product("edr", [can("producer", "events")]), product("siem", []), product("lake", [])];
  const instances = new Map([
    ["edr", 2],
    ["siem", 3],
    ["lake", 1],
  ]);
  const { suggestions } = measureDensity(all, instances);
  expect(suggestions[0]).toEqual({ product: "siem", role: "consumer", topic: "events", opens: 6 });
});

test("an integration is wanted where products match and no hook connects them", () => {
  const all = [
    product("edr", [can("producer", "events")]),
    product("siem", [can("consumer", "events")]),
    product("lake", [can("consumer", "events")], { hookFiles: ["products/lake/intake.ts"] }),
    product("soar", [can("consumer", "events")], { integrations: [integration("soar", "edr", "events", "consumer")] }),
  ];
  const { integrations } = measureDensity(
    all,
    new Map([
      ["edr", 2],
      ["siem", 3],
      ["lake", 9],
      ["soar", 9],
    ]),
  );
  expect(integrations).toEqual([{ product: "edr", target: "siem", topic: "events", role: "producer", opens: 6 }]);
});
