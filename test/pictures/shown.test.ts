// The pictures that the READMEs show are what `meshroom graph` draws today. `UPDATE_GOLDEN=1` draws them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { drawGraph } from "../../provider/src/actions/verbs/draw-graph";
import { renderPicture } from "../../provider/src/pictures/render";

const repository = join(__dirname, "../..");

test.each([
  ["meshroom-project", "docs/pictures/pocket-soc.svg"],
  ["examples/attack-path", "docs/pictures/attack-path.svg"],
])("%s", async (project, file) => {
  const { picture } = await drawGraph({ root: join(repository, project), isOfCapabilities: false });
  expect(picture.edges.filter(({ problem }) => problem !== undefined)).toEqual([]);
  const svg = await renderPicture(picture, "svg");
  const path = join(repository, file);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, svg);
  } else expect(readFileSync(path, "utf8")).toBe(svg);
});
