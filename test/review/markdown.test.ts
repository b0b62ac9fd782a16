// The comment, read by a Markdown renderer as GitHub's readers do: tables stay whole, and no name becomes markup.
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { compareMeshes } from "../../provider/src/review/compare-meshes";
import { commentMarker, renderMarkdown } from "../../provider/src/review/markdown";
import type { MeshView } from "../../provider/src/review/mesh-view";
import type { Report } from "../../provider/src/review/report";
import { meshView } from "./arbitraries";

/** HTML in the text is let through, as GitHub lets harmless elements. */
const renderer = new MarkdownIt({ html: true, linkify: true });

function reportOf(one: MeshView, other: MeshView): Report {
  return {
    version: 1,
    base: "main",
    head: "working tree",
    stacks: [{ stack: "</code><img src=x>", ...compareMeshes(one, other) }],
    recipients: { added: ["0123456789ABCDEF"], removed: [] },
  };
}

/** What the comment is made of; anything else would have come out of a name. */
const own =
  /^<\/?(h[1-6]|p|table|thead|tbody|tr|th|td|code|pre|strong|em|ul|li|details|summary|blockquote|br)( class="language-mermaid")?>$|^<!--/;

test("names are text, whatever they hold, and rows stay rows", () => {
  fc.assert(
    fc.property(meshView, meshView, (one, other) => {
      const report = reportOf(one, other);
      const markdown = renderMarkdown(report);
      const html = renderer.render(markdown);
      const tags = html.match(/<!--[\s\S]*?-->|<[^>]*>/g) ?? [];
      expect(tags.filter((tag) => !own.test(tag))).toEqual([]);
      const { flows } = report.stacks[0] as Report["stacks"][number];
      const rows = flows.added.length + flows.changed.length + flows.removed.length;
      expect(html.match(/<tr>/g) ?? []).toHaveLength(rows > 0 ? rows + 1 : 0);
      expect(markdown.split("\n").filter((line) => line.startsWith("::"))).toEqual([]);
      expect(markdown.startsWith(commentMarker)).toBe(true);
    }),
  );
});

test("it is the same for the same report", () => {
  fc.assert(
    fc.property(meshView, meshView, (one, other) => {
      expect(renderMarkdown(reportOf(one, other))).toBe(renderMarkdown(reportOf(one, other)));
    }),
  );
});

test("it is never above 60,000 characters, and what is folded is closed", () => {
  const [view] = fc.sample(
    meshView.filter(({ flows }) => flows.length > 0),
    { numRuns: 1, seed: 3 },
  ) as [MeshView];
  const [flow] = view.flows as [MeshView["flows"][number]];
  const many = Array.from({ length: 3000 }, (_, index) => ({
    ...flow,
    name: `plug-${index}`,
    steps: Array(20).fill("a step with words"),
  }));
  for (const number of [10, 100, 300, 1000, 3000]) {
    const markdown = renderMarkdown(reportOf({ ...view, flows: [] }, { ...view, flows: many.slice(0, number) }));
    expect(markdown.length).toBeLessThanOrEqual(60_000);
    expect(markdown.match(/<details>/g)?.length ?? 0).toBe(markdown.match(/<\/details>/g)?.length ?? 0);
    expect(markdown).toContain(`${number} new flows`);
  }
});
