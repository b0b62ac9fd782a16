// Every format has the nodes and edges of the picture, whatever they are called.
import fc from "fast-check";
import { visible } from "../../provider/src/base/visible";
import { renderDot } from "../../provider/src/pictures/dot";
import { renderMermaid } from "../../provider/src/pictures/mermaid";
import type { Picture } from "../../provider/src/pictures/picture";
import { renderPicture } from "../../provider/src/pictures/render";
import { renderText } from "../../provider/src/pictures/text";
import { picture } from "./arbitraries";

/** The pairs of nodes with a line between them, each once, as numbers. */
function pairsOf({ nodes, edges }: Picture): string[] {
  const number = (id: string) => nodes.findIndex((node) => node.id === id);
  return [...new Set(edges.map(({ from, to }) => `${number(from)} ${number(to)}`))].sort();
}

test("Graphviz reads as many nodes and edges as there are, with their labels", async () => {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  fc.assert(
    fc.property(picture, (drawn) => {
      const laid = viz.render(renderDot(drawn), { format: "json0", engine: "osage" });
      expect(laid.status).toBe("success");
      const { objects = [], edges = [] } = JSON.parse(laid.output ?? "{}") as {
        objects?: { name: string; label?: string }[];
        edges?: unknown[];
      };
      const nodes = objects.filter(({ name }) => !name.startsWith("cluster "));
      expect(nodes).toHaveLength(new Set(drawn.nodes.map(({ id }) => visible(id))).size);
      expect(edges).toHaveLength(drawn.edges.length);
    }),
    { numRuns: 30 },
  );
});

test("Mermaid has a line per node and one for each pair that is connected", () => {
  fc.assert(
    fc.property(picture, (drawn) => {
      const lines = renderMermaid(drawn).split("\n");
      const declared = lines.flatMap((line) => /^ +n(\d+)[[(]/.exec(line)?.[1] ?? []);
      const arrows = lines.flatMap((line) => {
        const found = /^ +n(\d+) (?:-->|==>|-\.->)(?:\|"[^"|]*"\|)? n(\d+)$/.exec(line);
        return found ? [`${found[1]} ${found[2]}`] : [];
      });
      expect(declared.sort()).toEqual(drawn.nodes.map((_, index) => String(index)).sort());
      expect([...new Set(arrows)].sort()).toEqual(pairsOf(drawn));
      expect(
        lines.filter((line) => !/^(flowchart LR| +(subgraph g\d+\[|end$|n\d+|linkStyle|classDef|class )|)/.test(line)),
      ).toEqual([]);
    }),
  );
});

test("SVG and HTML have an element per node, and a line for each pair that is connected", async () => {
  await fc.assert(
    fc.asyncProperty(picture, async (drawn) => {
      for (const format of ["svg", "html"] as const) {
        const body = (await renderPicture(drawn, format)).split("<script type")[0] ?? "";
        expect(body.match(/<g class="node /g) ?? []).toHaveLength(drawn.nodes.length);
        expect((body.match(/data-line="/g) ?? []).length).toBeGreaterThanOrEqual(pairsOf(drawn).length);
        // Nothing that a name holds is markup, and nothing in it is hidden from the reader.
        expect(body).not.toMatch(/<(img|script|foreignObject|a)\b|\son\w+="|javascript:[^&]*"/i);
        expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u);
      }
    }),
    { numRuns: 25 },
  );
});

test("text has each node, and each edge at both of its ends", () => {
  fc.assert(
    fc.property(picture, (drawn) => {
      const lines = [...renderText(drawn, { columns: undefined, widthOf: (text) => text.length })];
      expect(lines.filter((line) => /^([+~-] | {2})?\[/.test(line)).length).toBeGreaterThanOrEqual(drawn.nodes.length);
      expect(lines.filter((line) => /[├└]/.test(line))).toHaveLength(drawn.edges.length * 2);
      expect(lines.join("\n")).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
    }),
  );
});

test("text is never wider than the terminal", () => {
  fc.assert(
    fc.property(picture, fc.integer({ min: 10, max: 80 }), (drawn, columns) => {
      const widthOf = (text: string) => [...text].length;
      for (const line of renderText(drawn, { columns, widthOf })) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }),
  );
});

test("JSON is the picture itself", async () => {
  await fc.assert(
    fc.asyncProperty(picture, async (drawn) => {
      expect(JSON.parse(await renderPicture(drawn, "json"))).toEqual(JSON.parse(JSON.stringify(drawn)));
    }),
  );
});
