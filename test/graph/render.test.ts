import { buildCapabilityGraph } from "../../provider/src/graph/capability-graph";
import { setUpOrder } from "../../provider/src/graph/order";
import { plugName, renderCapabilityGraph, renderMesh, renderPlug } from "../../provider/src/graph/render";
import type { PlugEnd } from "../../provider/src/graph/resolve-plug";
import { can, edgeToSiem, hook, instance, noHooks, ownHooks, plug, product, project, resolved } from "./builders";

const edr = product("edr", [can("producer", "events", { format: "json" }), can("executor", "isolate")]);
const siem = product("siem", [
  can("consumer", "events"),
  can("trigger", "isolate"),
  can("producer", undefined, { mode: "pull" }),
]);
const events = plug("events", "edge", "soc");
const isolate = plug("isolate", "soc", "edge");
const unknown = plug("threats", "edge", "soc", { constraints: { format: "stix" } });
const cyclic = project([edr, siem], [instance("edr", "edge"), instance("siem", "soc")], [events, unknown, isolate]);

describe("renderPlug", () => {
  test("each end sets up its own side", () => {
    const hooks = {
      edge: ["Forward events"],
      soc: ["Create an intake", "Create an intake key"],
    };
    const endHooks = ({ instance }: PlugEnd) => ({
      ...noHooks,
      setup: hooks[instance.name as keyof typeof hooks].map((title) => hook("setup", title)),
    });
    expect(renderPlug(resolved(cyclic, events, endHooks))).toBe(`events: edge -> soc (push, format json)
  each end sets up its own side; in push the destination goes first
  1 soc: Create an intake
  2 soc: Create an intake key
  3 edge: Forward events`);
  });

  test("one end sets up both", () => {
    const both = hook("setup", "Poll the events", { ownsBoth: true });
    const endHooks = (side: string) => (end: PlugEnd) => (end.side === side ? { ...noHooks, setup: [both] } : noHooks);
    const given = edgeToSiem([can("producer", "events")], [can("consumer", "events", { mode: "pull" })]);
    expect(renderPlug(resolved(given.project, given.plug, endHooks("destination")))).toBe(`events: edge -> siem (pull)
  siem sets up both ends, by Poll the events
  1 siem: Poll the events`);
    const either = () => ({ ...noHooks, setup: [both] });
    expect(resolved(given.project, given.plug, either).reason).toBe(
      "edge sets up both ends, and so could the destination, but the source comes first",
    );
    const owned = { ...given.plug, owner: "siem" };
    expect(resolved(given.project, owned, either).reason).toBe(
      `siem sets up both ends, as ${given.plug.manifest} says`,
    );
  });
});

test("plugName is the stem of the manifest and the two addresses", () => {
  const manifest = "instances/edr/edge/plugs/siem/events_pull.yml";
  const given = edgeToSiem([can("producer", "events")], [can("consumer", "events")], { manifest });
  expect(plugName(given.plug)).toBe("events_pull: edge -> siem");
  expect(plugName(resolved(given.project, given.plug))).toBe(plugName(given.plug));
});

test("a mesh with a cycle resolves, in the order of its manifests", () => {
  const plugs = [resolved(cyclic, isolate), resolved(cyclic, events)];
  expect(setUpOrder(plugs).map((one) => `${one.kind} ${plugName(one)}`)).toEqual([
    "data events: edge -> soc",
    "action isolate: soc -> edge",
  ]);
});

test("renderMesh lists instances and their plugs, and marks the unresolved", () => {
  const plugs = [resolved(cyclic, isolate, ownHooks), resolved(cyclic, events)];
  expect(renderMesh(cyclic, plugs)).toBe(`edge (edr)
  events -> soc (push, format json)
  threats -> soc (format stix) unresolved
soc (siem)
  isolate -> edge (push)`);
});

test("renderCapabilityGraph lists topics and who takes part", () => {
  expect(renderCapabilityGraph(buildCapabilityGraph([edr, siem]))).toBe(`events
  produced by edr (format json)
  consumed by siem
isolate
  triggered by siem
  executed by edr
any topic
  produced by siem (pull)`);
  expect(renderCapabilityGraph(buildCapabilityGraph([]))).toBe("");
});
