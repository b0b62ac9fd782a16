// Capabilities in manifests of every form that the loader reads: none is lost when one is added.

import { editManifest } from "../../provider/src/model/edit-manifest";
import { loadProject } from "../../provider/src/model/load-project";
import { addCapability } from "../../provider/src/model/write-manifests";
import { withTree } from "./fixtures";

const add = (text: string) =>
  editManifest(text, (document) => addCapability(document, "consumer", "events", { mode: "pull" }));

/** What a product can do, as the loader reads it. */
function capabilitiesOf(text: string): string[] {
  return withTree({ "products/siem/definition.yaml": text }, (root) => {
    const { products, diagnostics } = loadProject(root);
    expect(diagnostics).toEqual([]);
    const found = products.get("siem")?.capabilities ?? [];
    return found.map(({ role, topic, constraints }) => `${role} ${topic ?? "any"} ${constraints.mode ?? "-"}`);
  });
}

test.each([
  ["nothing", "", []],
  ["another topic", "consumes:\n  logs: [{}]\n", ["consumer logs -"]],
  ["a list", "consumes:\n  events:\n    - mode: push # by syslog\n", ["consumer events push"]],
  ["an empty list", "consumes: { events: [] }\n", []],
  ["no value", "consumes:\n  events:\n", []],
  ["a single mapping", "consumes:\n  events: { mode: push } # by syslog\n", ["consumer events push"]],
  ["a single mapping in a block", "consumes:\n  events:\n    # By syslog.\n    mode: push\n", ["consumer events push"]],
  ["a list for any topic", "consumes:\n  - mode: push # by syslog\n", ["consumer any push"]],
  [
    "an alias",
    "produces: &all\n  events: [{ mode: push }]\nconsumes: *all\n",
    ["producer events push", "consumer events push"],
  ],
])("one is added to %s", (_, text, before) => {
  const after = add(text);
  expect(capabilitiesOf(after).sort()).toEqual([...before, "consumer events pull"].sort());
  if (/syslog/i.test(text)) expect(after).toMatch(/syslog/i);
});

test("what is no capability is left, and said", () => {
  expect(() => add("consumes:\n  events: push\n")).toThrow(/MANIFEST_SHAPE/);
  expect(() => add("consumes: events\n")).toThrow(/MANIFEST_SHAPE/);
});
