// Data that would run in circles.
import fc from "fast-check";
import { findCycles } from "../../provider/src/graph/cycles";
import type { ResolvedPlug } from "../../provider/src/graph/resolved-plug";

/** As much of a resolved plug as cycles depend on. */
function edge(
  source: string,
  destination: string,
  more: { topic?: string; kind?: string; allow_cycle?: boolean } = {},
): ResolvedPlug {
  const { topic = "events", kind = "data", allow_cycle } = more;
  const manifest = `instances/p/${source}/plugs/${destination}/${topic}.yaml`;
  return {
    plug: { manifest, topic, allow_cycle, at: { file: manifest, line: 1, column: 1 } },
    kind,
    topic,
    source: { instance: { address: source } },
    destination: { instance: { address: destination } },
  } as unknown as ResolvedPlug;
}

const ends = (resolved: readonly ResolvedPlug[]) =>
  [...findCycles(resolved).keys()].map(({ manifest }) => manifest.split("/").slice(2, 5).join(" ")).sort();

test("each plug of a cycle is told, those beside it are not", () => {
  const found = findCycles([edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("x", "a"), edge("c", "y")]);
  expect([...found.values()].map(({ summary }) => summary)).toEqual([
    "plug instances/p/a/plugs/b/events.yaml is part of a cycle: events would run from a -> b -> c -> a",
    "plug instances/p/b/plugs/c/events.yaml is part of a cycle: events would run from a -> b -> c -> a",
    "plug instances/p/c/plugs/a/events.yaml is part of a cycle: events would run from a -> b -> c -> a",
  ]);
});

test("a diamond is no cycle, nor are different topics, actions or an allowed one", () => {
  expect(ends([edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("c", "d")])).toEqual([]);
  expect(ends([edge("a", "b"), edge("b", "a", { topic: "alerts" })])).toEqual([]);
  expect(ends([edge("a", "b"), edge("b", "a", { kind: "action" })])).toEqual([]);
  expect(ends([edge("a", "b"), edge("b", "a", { allow_cycle: true })])).toEqual([]);
});

test("a cycle is found exactly where some instance reaches itself", () => {
  const names = ["a", "b", "c", "d", "e"];
  const pair = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .filter(([source, destination]) => source !== destination);
  fc.assert(
    fc.property(fc.uniqueArray(pair, { selector: String, maxLength: 12 }), (pairs) => {
      const reach = (from: string, seen = new Set<string>()): Set<string> => {
        for (const [source, destination] of pairs)
          if (source === from && !seen.has(destination)) reach(destination, seen.add(destination));
        return seen;
      };
      const isCyclic = names.some((name) => reach(name).has(name));
      expect(findCycles(pairs.map(([source, destination]) => edge(source, destination))).size > 0).toBe(isCyclic);
    }),
  );
});
