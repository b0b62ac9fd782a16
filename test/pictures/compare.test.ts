// What has changed between two pictures.
import fc from "fast-check";
import { compare } from "../../provider/src/pictures/compare";
import type { Picture } from "../../provider/src/pictures/picture";
import { picture } from "./arbitraries";

const plain = picture.map((drawn): Picture => {
  const unmarked = <T extends { change?: unknown }>({ change: _, ...each }: T) => each;
  return { ...drawn, nodes: drawn.nodes.map(unmarked), edges: drawn.edges.map(unmarked) };
});

function changesOf({ nodes, edges }: Picture) {
  const of = (change: string) =>
    [...nodes, ...edges]
      .filter((each) => each.change === change)
      .map(({ id }) => id)
      .sort();
  return { added: of("added"), removed: of("removed"), changed: of("changed") };
}

test("a picture compared with itself has no change", () => {
  fc.assert(
    fc.property(plain, (drawn) => {
      expect(compare(drawn, JSON.parse(JSON.stringify(drawn)))).toEqual(drawn);
    }),
  );
});

test("the other way round, what was added is removed, and what has changed has changed", () => {
  fc.assert(
    fc.property(plain, plain, (one, other) => {
      const [there, back] = [changesOf(compare(one, other)), changesOf(compare(other, one))];
      expect(back).toEqual({ added: there.removed, removed: there.added, changed: there.changed });
    }),
  );
});

test("a manifest whose lines have moved is no change", () => {
  fc.assert(
    fc.property(plain, (drawn) => {
      const moved = { ...drawn, nodes: drawn.nodes.map((node) => ({ ...node, at: { file: "elsewhere", line: 9 } })) };
      expect(changesOf(compare(drawn, moved))).toEqual({ added: [], removed: [], changed: [] });
    }),
  );
});
