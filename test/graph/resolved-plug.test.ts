import { plugName } from "../../provider/src/graph/render";
import type { PlugEnd } from "../../provider/src/graph/resolve-plug";
import type { ResolvedPlug } from "../../provider/src/graph/resolved-plug";
import { can, edgeToSiem, hook, instance, noHooks, plug, product, project, resolved } from "./builders";

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

/** Who sets a plug up and why, and the steps in order. */
const told = ({ reason, constraints, setup }: ResolvedPlug) => ({
  reason,
  constraints,
  steps: setup.map(({ instance, hook }) => `${instance}: ${hook.title}`),
});

describe("a resolved plug says", () => {
  test("each end sets up its own side", () => {
    const hooks = {
      edge: ["Forward events"],
      soc: ["Create an intake", "Create an intake key"],
    };
    const endHooks = ({ instance }: PlugEnd) => ({
      ...noHooks,
      setup: hooks[instance.name as keyof typeof hooks].map((title) => hook("setup", title)),
    });
    expect(told(resolved(cyclic, events, endHooks))).toEqual({
      reason: "each end sets up its own side; in push the destination goes first",
      constraints: { mode: "push", format: "json" },
      steps: ["soc: Create an intake", "soc: Create an intake key", "edge: Forward events"],
    });
  });

  test("one end sets up both", () => {
    const both = hook("setup", "Poll the events", { ownsBoth: true });
    const endHooks = (side: string) => (end: PlugEnd) => (end.side === side ? { ...noHooks, setup: [both] } : noHooks);
    const given = edgeToSiem([can("producer", "events")], [can("consumer", "events", { mode: "pull" })]);
    expect(told(resolved(given.project, given.plug, endHooks("destination")))).toEqual({
      reason: "siem sets up both ends, by Poll the events",
      constraints: { mode: "pull" },
      steps: ["siem: Poll the events"],
    });
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

test("a mesh with a cycle resolves", () => {
  const told = [isolate, events].map((plug) => resolved(cyclic, plug));
  expect(told.map((one) => `${one.kind} ${plugName(one)}`)).toEqual([
    "action isolate: soc -> edge",
    "data events: edge -> soc",
  ]);
});
