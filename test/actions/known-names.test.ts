// The names that completion offers are those that the project has.
import { join } from "node:path";
import { knownInstances, knownPlugs, knownProducts, knownTopics } from "../../provider/src/actions/finding/known-names";
import { loadProject } from "../../provider/src/model/load-project";

const roots = ["meshroom-project", "test/cli/fixtures/soc", "test/fixtures/meshes/pair", "test/fixtures/meshes/odd"];

test.each(roots)("%s", (folder) => {
  const root = join(__dirname, "../..", folder);
  const project = loadProject(root);
  expect(knownProducts(root)).toEqual([...project.products.keys()].sort());
  expect(knownInstances(root)).toEqual(project.instances.map(({ address }) => address));
  const topics = [...project.products.values()].flatMap((each) =>
    each.capabilities.flatMap(({ topic }) => topic ?? []),
  );
  expect(knownTopics(root)).toEqual([...new Set(topics)].sort());
  const plugs = project.plugs.map(({ topic, src_instance }) => `${topic} ${src_instance}`).sort();
  expect(
    knownPlugs(root, {})
      .map(({ topic, source }) => `${topic} ${source}`)
      .sort(),
  ).toEqual(plugs);
});

test("what is known of a plug narrows the rest down", () => {
  const root = join(__dirname, "../../meshroom-project");
  expect(knownPlugs(root, { topic: "block_ip" })).toEqual([
    { topic: "block_ip", source: "siem", destination: "perimeter" },
  ]);
  expect(knownPlugs(root, { source: "nobody" })).toEqual([]);
});
