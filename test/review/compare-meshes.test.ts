// What is said to change, on random meshes: nothing for the same mesh, and the opposite the other way round.
import fc from "fast-check";
import { compareMeshes } from "../../provider/src/review/compare-meshes";
import { headline, isUnchanged, reportShape } from "../../provider/src/review/report";
import { meshView } from "./arbitraries";

test("a mesh compared with itself has no change", () => {
  fc.assert(
    fc.property(meshView, (view) => {
      const changes = compareMeshes(view, view);
      expect(isUnchanged(changes)).toBe(true);
      expect([changes.risks.filter(({ kind }) => kind !== "computed"), headline(changes)]).toEqual([
        [],
        "nothing changes",
      ]);
    }),
  );
});

test("the other way round says the opposite", () => {
  fc.assert(
    fc.property(meshView, meshView, (one, other) => {
      const [there, back] = [compareMeshes(one, other), compareMeshes(other, one)];
      expect(back.flows.added).toEqual(there.flows.removed);
      expect(back.flows.removed).toEqual(there.flows.added);
      const turned = there.flows.changed.map(({ before, after, effect }) => ({ before: after, after: before, effect }));
      expect(back.flows.changed.map(({ reasons: _, ...each }) => each)).toEqual(turned);
      const settings = (all: typeof there.settings) =>
        all.map(({ owner, name, from, to }) => ({ owner, name, from, to }));
      const flipped = settings(there.settings).map(({ from, to, ...each }) => ({ ...each, from: to, to: from }));
      const sorted = (all: readonly object[]) => all.map((each) => JSON.stringify(Object.entries(each).sort())).sort();
      expect(sorted(settings(back.settings))).toEqual(sorted(flipped));
      expect(back.secrets).toEqual({ added: there.secrets.removed, removed: there.secrets.added });
      expect(back.destinations).toEqual({ added: there.destinations.removed, removed: there.destinations.added });
      const kinds = (all: typeof there.capabilities) =>
        all.map(({ product, change, capability }) => `${product} ${change} ${capability}`);
      const opposite = kinds(there.capabilities).map((words) =>
        words.replace(/ (gained|lost) /, (_, word) => ` ${word === "lost" ? "gained" : "lost"} `),
      );
      expect(kinds(back.capabilities).sort()).toEqual(opposite.sort());
    }),
  );
});

test("a report has the documented shape", () => {
  fc.assert(
    fc.property(meshView, meshView, (one, other) => {
      const stack = { stack: "lab", ...compareMeshes(one, other) };
      const report = {
        version: 1,
        base: "main",
        head: "working tree",
        stacks: [stack],
        recipients: { added: [], removed: [] },
      };
      expect(reportShape.safeParse(report).error).toBeUndefined();
    }),
  );
});
