import fc from "fast-check";
import type { Diagnostic } from "../../provider/src/diagnostic";
import type { PlugEnd } from "../../provider/src/graph/resolve-plug";
import { resolveEnds, resolvePlug } from "../../provider/src/graph/resolve-plug";
import type { Capability } from "../../provider/src/model/types";
import { constraints } from "./arbitraries";
import {
  at,
  can,
  edgeToSiem,
  hook,
  instance,
  integration,
  ownHooks,
  plug,
  problems,
  product,
  project,
  resolved,
} from "./builders";

const produces = (constraints = {}) => can("producer", "events", constraints);
const consumes = (constraints = {}) => can("consumer", "events", constraints);

describe("the combination of a plug", () => {
  test.each<[string, Capability[], Capability[], Record<string, string>, Record<string, string>]>([
    ["mode is push where nothing says it", [produces()], [consumes()], {}, { mode: "push" }],
    [
      "one side's constraints",
      [produces({ mode: "pull" })],
      [consumes({ format: "json" })],
      {},
      { format: "json", mode: "pull" },
    ],
    ["the plug's own", [produces()], [consumes()], { protocol: "tls" }, { mode: "push", protocol: "tls" }],
    [
      "most constraints win",
      [produces(), produces({ format: "json" })],
      [consumes()],
      {},
      { format: "json", mode: "push" },
    ],
    [
      "the plug rules out",
      [produces({ format: "cef" }), produces({ format: "json" })],
      [consumes()],
      { format: "json" },
      { format: "json", mode: "push" },
    ],
    [
      "equals: manifest order",
      [produces({ format: "cef" }), produces({ format: "json" })],
      [consumes()],
      {},
      { format: "cef", mode: "push" },
    ],
    ["equals: push", [produces({ mode: "pull" }), produces({ mode: "push" })], [consumes()], {}, { mode: "push" }],
    [
      "equals: the topic's name",
      [can("producer", undefined, { format: "cef" }), produces({ format: "json" })],
      [consumes()],
      {},
      { format: "json", mode: "push" },
    ],
    ["any topic", [can("producer", undefined)], [can("consumer", undefined)], {}, { mode: "push" }],
  ])("%s", (_, edr, siem, own, expected) => {
    const given = edgeToSiem(edr, siem, { constraints: own });
    const result = resolved(given.project, given.plug);
    expect(result).toMatchObject({ kind: "data", topic: "events", mode: expected.mode });
    expect(Object.entries(result.constraints)).toEqual(Object.entries(expected));
    expect(result.source.constraints).toBe(result.destination.constraints);
  });

  test("data comes before action, and the manifest may ask for action", () => {
    const edr = [can("trigger", "events"), produces()];
    const siem = [can("executor", "events"), consumes()];
    const data = edgeToSiem(edr, siem);
    expect(resolved(data.project, data.plug).kind).toBe("data");
    const action = edgeToSiem(edr, siem, { kind: "action" });
    expect(resolved(action.project, action.plug)).toMatchObject({ kind: "action", source: { role: "trigger" } });
    const only = edgeToSiem(edr.slice(0, 1), siem);
    expect(resolved(only.project, only.plug)).toMatchObject({ kind: "action", destination: { role: "executor" } });
  });

  test("is the same whatever the order of unrelated capabilities", () => {
    const unrelated = fc.shuffledSubarray([
      can("consumer", "events"),
      can("producer", "alerts", { mode: "pull", format: "json" }),
      can("executor", "events"),
      can("producer", "threats"),
    ]);
    fc.assert(
      fc.property(
        fc.array(constraints, { minLength: 1, maxLength: 4 }),
        unrelated,
        fc.nat(4),
        (related, others, cut) => {
          const own = related.map((one) => produces(one));
          const alone = edgeToSiem(own, [can("consumer", undefined)]);
          const among = edgeToSiem(
            [...others.slice(0, cut), ...own, ...others.slice(cut)],
            [can("consumer", undefined)],
          );
          expect(resolved(among.project, among.plug).constraints).toEqual(
            resolved(alone.project, alone.plug).constraints,
          );
        },
      ),
    );
  });
});

describe("the integration of an end", () => {
  const integrations = [
    integration("acme-siem", "acme-edr", "events", "consumer"),
    integration("acme-siem", "acme-edr", "events", "consumer", { format: "json" }),
    integration("acme-siem", "acme-edr", "events", "consumer", { mode: "pull", format: "json" }),
    integration("acme-siem", "acme-edr", "events", "producer", { format: "json", protocol: "tls" }),
    integration("acme-siem", "other", "events", "consumer", { format: "json", protocol: "tls" }),
  ];

  test("is the most specific that the plug allows; none where there is none", () => {
    const given = edgeToSiem([produces()], [consumes({ format: "json" })], {}, { siem: integrations });
    const asked: PlugEnd[] = [];
    const result = resolved(given.project, given.plug, (end) => {
      asked.push(end);
      return ownHooks(end);
    });
    expect(result.destination.integration).toBe(integrations[1]);
    expect(result.source.integration).toBeUndefined();
    expect(asked).toEqual([result.source, result.destination]);
  });

  test("agrees with the other end's where the capabilities leave a constraint open", () => {
    const at = (format: string) => integration("acme-edr", "acme-siem", "events", "producer", { format });
    const given = edgeToSiem(
      [produces()],
      [consumes()],
      {},
      { edr: [at("cef"), at("json")], siem: integrations.slice(1, 2) },
    );
    const { source, destination } = resolved(given.project, given.plug);
    expect([source, destination].map((end) => end.integration?.constraints.format)).toEqual(["json", "json"]);
  });
});

describe("what makes a plug impossible", () => {
  const texts = (found: Diagnostic[]) => found.map(({ code, summary, remedy }) => `${code}: ${summary} | ${remedy}`);

  test("a capability that is missing, and an integration does not stand in for it", () => {
    const siem = [integration("acme-siem", "acme-edr", "events", "consumer")];
    const given = edgeToSiem([produces()], [can("consumer", "alerts")], {}, { siem });
    const found = problems(given.project, given.plug);
    expect(texts(found)).toEqual([
      "CAPABILITY_MISSING: the plug edge -> siem needs a consumer of events at siem, but no consumes entry of product acme-siem serves it; it has products/acme-siem/integrations/acme-edr/events_consumer.yaml, but only its definition says what a product can do | meshroom create capability acme-siem events consumer",
    ]);
    expect(found[0]?.at).toBe(given.plug.at);
  });

  test("capabilities that are missing on both ends, for the kind that is most likely meant", () => {
    const neither = edgeToSiem([], []);
    expect(problems(neither.project, neither.plug).map(({ remedy }) => remedy)).toEqual([
      "meshroom create capability acme-edr events producer",
      "meshroom create capability acme-siem events consumer",
    ]);
    const action = edgeToSiem([], [can("executor", "events")]);
    expect(problems(action.project, action.plug).map(({ remedy }) => remedy)).toEqual([
      "meshroom create capability acme-edr events trigger",
    ]);
  });

  test("names that a shell or an option parser would take apart", () => {
    const products = [product("acme edr", []), product("siem", [can("executor", "-isolate")])];
    const given = plug("-isolate", "edge", "siem");
    const mesh = project(products, [instance("acme edr", "edge"), instance("siem", "siem")], [given]);
    expect(problems(mesh, given)[0]?.remedy).toBe("meshroom create capability -- 'acme edr' -isolate trigger");
  });

  test("constraints that differ between the ends", () => {
    const given = edgeToSiem([produces({ format: "json", mode: "pull" })], [consumes({ format: "cef" })]);
    expect(texts(problems(given.project, given.plug))).toEqual([
      "CAPABILITY_MISMATCH: no events capabilities of edge and siem match in this plug: format is json at the producer edge and cef at the consumer siem | meshroom create capability acme-siem events consumer --mode pull --format json",
    ]);
  });

  test("constraints that differ from the plug's, told for the closest pair", () => {
    const edr = [produces({ format: "cef", mode: "pull" }), produces({ format: "json" })];
    const given = edgeToSiem(edr, [consumes({ mode: "push" })], { constraints: { mode: "pull" } });
    expect(texts(problems(given.project, given.plug))).toEqual([
      "CAPABILITY_MISMATCH: no events capabilities of edge and siem match in this plug: mode is pull at the producer edge, push at the consumer siem and pull in the plug (the closest of 2 combinations) | change mode in instances/p/edge/plugs/siem/events.yaml, or the capabilities at products/acme-edr/definition.yaml:2 and products/acme-siem/definition.yaml:2",
    ]);
  });

  test("an instance or a product that does not exist, or an instance plugged to itself", () => {
    const given = edgeToSiem([produces()], [consumes()]);
    const codes = (one = given.plug, mesh = given.project) => problems(mesh, one).map(({ code }) => code);
    expect(codes(plug("events", "ghost", "siem"))).toEqual(["INSTANCE_UNKNOWN"]);
    expect(codes(given.plug, { ...given.project, products: new Map() })).toEqual([
      "PRODUCT_UNKNOWN",
      "PRODUCT_UNKNOWN",
    ]);
    expect(codes(plug("events", "siem", "siem"))).toEqual(["PLUG_SELF"]);
  });

  test("a broken product breaks only the plugs that need it, and a warning breaks none", () => {
    const error: Diagnostic = { code: "MANIFEST_SHAPE", severity: "error", summary: "broken", at: at("x") };
    const edr = product("edr", [produces()]);
    const broken = product("broken", [consumes()], { problems: [error] });
    const sound = product("sound", [consumes()], { problems: [{ ...error, severity: "warning" }] });
    const instances = [instance("edr", "edge"), instance("broken", "a"), instance("sound", "b")];
    const [toBroken, toSound] = [plug("events", "edge", "a"), plug("events", "edge", "b")];
    const mesh = project([edr, broken, sound], instances, [toBroken, toSound]);
    expect(problems(mesh, toBroken)).toEqual([error]);
    expect(resolved(mesh, toSound).owners).toEqual(["destination", "source"]);
    const twice = project([broken], [instance("broken", "a"), instance("broken", "b")], []);
    expect(resolvePlug(twice, plug("events", "a", "b"), ownHooks)).toEqual({ problems: [error] });
  });
});

describe("the steps", () => {
  test("teardown is the reverse of set-up, on the same ends; status is in set-up order", () => {
    const sizes = fc.record({ source: fc.integer({ min: 1, max: 4 }), destination: fc.integer({ min: 1, max: 4 }) });
    const cases = fc.tuple(sizes, fc.constantFrom("push", "pull"), fc.boolean());
    fc.assert(
      fc.property(cases, ([sizes, mode, isAlone]) => {
        const given = edgeToSiem([produces({ mode })], [consumes()]);
        const endHooks = ({ side }: PlugEnd) => {
          const titles = Array.from({ length: sizes[side] }, (_, i) => `${side} ${i}`);
          const ownsBoth = isAlone && side === "destination";
          return {
            setup: titles.map((title) => hook("setup", title, { ownsBoth })),
            teardown: titles.map((title) => hook("teardown", title)),
            status: titles.map((title) => hook("status", title)),
          };
        };
        const { setup, teardown, status, owners } = resolved(given.project, given.plug, endHooks);
        const titles = (steps: typeof setup) => steps.map(({ instance, hook }) => `${instance}: ${hook.title}`);
        expect(titles(teardown)).toEqual(titles(setup).reverse());
        expect(titles(status)).toEqual(titles(setup));
        expect([...new Set(setup.map(({ side }) => side))]).toEqual(owners);
        expect(owners).toHaveLength(isAlone ? 1 : 2);
      }),
    );
  });
});

test("a plug's ends are resolved once, whoever asks", () => {
  const { project, plug } = edgeToSiem([produces()], [consumes()]);
  expect(resolveEnds(project, plug)).toBe(resolveEnds(project, plug));
  expect(resolveEnds({ ...project }, plug)).not.toBe(resolveEnds(project, plug));
});
