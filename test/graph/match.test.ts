import fc from "fast-check";
import { combineConstraints, complementary, matchCapabilities, matchesBetween } from "../../provider/src/graph/match";
import { capability, constraints, role } from "./arbitraries";
import { can } from "./builders";

describe("combineConstraints", () => {
  test.each([
    [{}, {}, {}],
    [{ mode: "push" }, {}, { mode: "push" }],
    [{ mode: "push" }, { mode: "push" }, { mode: "push" }],
    [{ mode: "push" }, { format: "json" }, { mode: "push", format: "json" }],
    [{ mode: "push" }, { mode: "pull" }, undefined],
    [{ mode: "push", region: "eu" }, { format: "json", region: "us" }, undefined],
    [{}, { constructor: "x" }, { constructor: "x" }],
  ])("%j with %j is %j", (a: Record<string, string>, b: Record<string, string>, expected) => {
    expect(combineConstraints(a, b)).toEqual(expected);
  });

  test("is idempotent, commutative, and leaves what the other side does not set", () => {
    fc.assert(
      fc.property(constraints, constraints, (a, b) => {
        expect(combineConstraints(a, a)).toEqual(a);
        expect(combineConstraints(a, {})).toEqual(a);
        expect(combineConstraints({}, a)).toEqual(a);
        expect(combineConstraints(a, b)).toEqual(combineConstraints(b, a));
      }),
    );
  });

  test("holds exactly what either side sets", () => {
    fc.assert(
      fc.property(constraints, constraints, (a, b) => {
        const combined = combineConstraints(a, b);
        const entries = new Map([...Object.entries(a), ...Object.entries(b)]);
        const isAtOdds = Object.entries(a).some(([key, value]) => entries.get(key) !== value);
        expect(combined && new Map(Object.entries(combined))).toEqual(isAtOdds ? undefined : entries);
      }),
    );
  });
});

describe("matchCapabilities", () => {
  test.each([
    ["complementary roles", can("producer", "events"), can("consumer", "events"), true],
    ["actions", can("executor", "block_ip"), can("trigger", "block_ip"), true],
    ["the same role", can("producer", "events"), can("producer", "events"), false],
    ["roles of different kinds", can("producer", "events"), can("executor", "events"), false],
    ["different topics", can("producer", "events"), can("consumer", "alerts"), false],
    ["one for any topic", can("producer", "events"), can("consumer", undefined), true],
    ["both for any topic", can("producer", undefined), can("consumer", undefined), true],
    [
      "different modes",
      can("producer", "events", { mode: "push" }),
      can("consumer", "events", { mode: "pull" }),
      false,
    ],
    ["a mode on one side", can("producer", "events", { mode: "pull" }), can("consumer", "events"), true],
  ])("%s", (_, a, b, isMatch) => {
    expect(matchCapabilities(a, b) !== undefined).toBe(isMatch);
  });

  test("carries both sides, the topic that one names and every constraint", () => {
    const source = can("producer", undefined, { mode: "pull" });
    const destination = can("consumer", "events", { format: "json" });
    const match = { source, destination, topic: "events", constraints: { mode: "pull", format: "json" } };
    expect(matchCapabilities(destination, source)).toEqual(match);
  });

  test("is symmetric", () => {
    fc.assert(
      fc.property(capability, capability, (a, b) => {
        expect(matchCapabilities(a, b)).toEqual(matchCapabilities(b, a));
      }),
    );
  });

  test("complementary is its own inverse", () => {
    fc.assert(
      fc.property(role, (one) => {
        expect(complementary(one)).not.toBe(one);
        expect(complementary(complementary(one))).toBe(one);
      }),
    );
  });
});

test("matchesBetween yields in manifest order and is about the topic asked for", () => {
  const sources = [can("producer", undefined), can("consumer", "events"), can("producer", "events", { mode: "pull" })];
  const destinations = [can("consumer", "alerts"), can("consumer", undefined)];
  const matches = [...matchesBetween(sources, destinations, "events")];
  expect(matches.map(({ source, topic }) => [sources.indexOf(source), topic])).toEqual([
    [0, "events"],
    [2, "events"],
  ]);
});
