// Random views of a mesh, with names that mean something to Markdown, HTML or a terminal.
import fc from "fast-check";
import type { MeshView } from "../../provider/src/review/mesh-view";
import type { Flow } from "../../provider/src/review/report";
import { can } from "../graph/builders";
import { hostileTexts } from "../pictures/arbitraries";

const text = fc.constantFrom("siem", "edge", ...hostileTexts);
const value = fc.constantFrom<unknown>("https://siem.example:8443/x", "http://lab", 30, true, ["a"], {
  deep: "udp://10.0.0.1",
});
const values = fc.dictionary(fc.constantFrom("url", "days", "tags"), value, { maxKeys: 3 });
const digests = fc.dictionary(fc.constantFrom("products/a/h.ts", "products/a/lib.ts"), fc.constantFrom("1", "2"), {
  maxKeys: 2,
});
const side = fc.constantFrom("source" as const, "destination" as const);

const flow: fc.Arbitrary<Flow> = fc
  .record({
    name: text,
    source: text,
    destination: text,
    topic: text,
    kind: fc.constantFrom("data" as const, "action" as const),
    mode: fc.constantFrom("push", "pull"),
    protocol: fc.constantFrom(undefined, "https", "syslog-udp"),
    owners: fc.uniqueArray(side),
    steps: fc.array(text, { maxLength: 3 }),
    settings: values,
    code: digests,
    quietCode: digests,
    secrets: fc.array(fc.record({ name: text, to: text }), { maxLength: 2 }),
    problem: fc.option(text, { nil: undefined }),
    allows: fc.option(text, { nil: undefined }),
  })
  .map(({ protocol, problem, allows, ...rest }) => ({
    ...rest,
    ...(protocol && { protocol }),
    ...(problem && { problem }),
    ...(allows && { allows }),
    constraints: (protocol ? { protocol } : {}) as Record<string, string>,
    computed: [],
    at: { file: "instances/a/plugs/b.yaml", line: 1 },
  }));

export const meshView: fc.Arbitrary<MeshView> = fc
  .record({
    instances: fc.uniqueArray(fc.record({ address: text, product: text, settings: values }), {
      selector: ({ address }) => address,
      maxLength: 3,
    }),
    flows: fc.uniqueArray(flow, { selector: ({ name }) => name, maxLength: 4 }),
    capabilities: fc.dictionary(fc.constantFrom("edr", "siem"), fc.subarray(["consumes events", "executes block_ip"])),
    hookFiles: digests,
  })
  .map(({ instances, flows, capabilities, hookFiles }) => ({
    instances: instances.map((each) => ({ ...each, places: {} })),
    flows,
    capabilities: new Map(
      Object.entries(capabilities).map(([product, all]) => [
        product,
        new Map(all.map((each) => [each, can("executor", each)])),
      ]),
    ),
    hookFiles: new Map(Object.entries(hookFiles)),
  }));
