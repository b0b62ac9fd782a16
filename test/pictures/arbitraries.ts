// Random pictures, with labels that mean something to one format or another.
import fc from "fast-check";
import type { Picture, PictureEdge, PictureNode } from "../../provider/src/pictures/picture";
import { groupsOf } from "../../provider/src/pictures/picture";

export const hostileTexts = [
  "plain",
  "</script><script>alert(1)</script>",
  '"]; click n0 "javascript:alert(1)"',
  '<img src=x onerror="alert(1)">',
  "a`b``` --> c",
  "line\nbreak\r\n::error::x",
  "\u001b[2Jcleared \u202eevil",
  "| a | b |",
  "#quot; &amp; %%{init: {}}%%",
  "end",
  "\\N \\l \\",
  "{{title}} $1 $&",
  "\ud83d half a pair",
  "ünïcödé 😀",
  "]]> --!> <!--",
];

const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary", maxLength: 12 }));
const change = fc.constantFrom(undefined, undefined, "added", "removed", "changed") as fc.Arbitrary<
  PictureNode["change"]
>;

const node = (id: string): fc.Arbitrary<PictureNode> =>
  fc
    .record({
      label: text,
      group: fc.option(fc.constantFrom("edr", "</g>", '"siem"'), { nil: undefined }),
      change,
      value: text,
    })
    .map(
      ({ label, group, change: what, value }): PictureNode => ({
        id,
        label,
        kind: "instance",
        ...(group && { group }),
        tags: group ? [group] : [],
        facts: [{ name: "url", value }],
        at: { file: `${label}.yaml`, line: 1 },
        ...(what && { change: what }),
      }),
    );

/** Ids are what projects give: distinct, and else anything. */
export const picture: fc.Arbitrary<Picture> = fc
  .uniqueArray(text, { minLength: 1, maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      fc.tuple(...ids.map(node)),
      fc.array(fc.tuple(fc.nat(), fc.nat(), text, fc.boolean(), change), { maxLength: 12 }),
    ),
  )
  .map(([nodes, drawn]) => {
    const edges = drawn.map(([from, to, label, isPull, what], index): PictureEdge => {
      const end = (number: number) => (nodes[number % nodes.length] as PictureNode).id;
      return {
        id: `${index} ${label}`,
        from: end(from),
        to: end(to),
        label,
        topic: label,
        kind: index % 2 === 0 ? "data" : "action",
        role: index % 2 === 0 ? "producer" : "trigger",
        mode: isPull ? "pull" : "push",
        steps: [label],
        facts: [],
        ...(what && { change: what }),
      };
    });
    return { kind: "mesh", title: "Mesh", description: "some", groups: groupsOf(nodes), nodes, edges };
  });
