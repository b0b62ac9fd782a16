// Which hooks serve an end of a plug, and in which order.
import fc from "fast-check";
import type { Described } from "../../provider/src/hooks/describing/describe";
import { type HookEnd, hookFilesOf, orderHooks, selectHooks } from "../../provider/src/hooks/describing/select";
import type { HookDescription, HookOrder } from "../../provider/src/model/hook";
import { hook, integration, product } from "../graph/builders";

const titles = (hooks: readonly HookDescription[]) => hooks.map(({ title }) => title);

describe("orderHooks", () => {
  test("puts first, then integers ascending, then the unordered in file order, then last", () => {
    const orders: [string, HookOrder | undefined][] = [
      ["z", "last"],
      ["a", undefined],
      ["ten", 10],
      ["b", undefined],
      ["minus", -1],
      ["start", "first"],
      ["two", 2],
      ["zero", 0],
    ];
    const hooks = orders.map(([title, order]) => hook("setup", title, { order }));
    expect(titles(orderHooks(hooks))).toEqual(["start", "minus", "zero", "two", "ten", "a", "b", "z"]);
  });

  const order = fc.oneof(
    fc.constantFrom<HookOrder | undefined>("first", "last", undefined),
    fc.integer({ min: -2, max: 2 }),
  );

  test("keeps hooks of the same rank as they are, and loses none", () => {
    fc.assert(
      fc.property(fc.array(order), (orders) => {
        const hooks = orders.map((each, i) => hook("setup", String(i), { order: each }));
        const ordered = orderHooks(hooks);
        expect(titles(ordered).sort()).toEqual(titles(hooks).sort());
        for (const each of new Set(orders)) {
          const same = (list: readonly HookDescription[]) => list.filter((one) => one.order === each);
          expect(same(ordered)).toEqual(same(hooks));
        }
      }),
    );
  });

  test("does not depend on where hooks of other ranks stand", () => {
    fc.assert(
      fc.property(fc.uniqueArray(order), fc.nat(), (orders, turn) => {
        const hooks = orders.map((each) => hook("setup", String(each), { order: each }));
        const cut = hooks.length > 0 ? turn % hooks.length : 0;
        expect(orderHooks([...hooks.slice(cut), ...hooks.slice(0, cut)])).toEqual(orderHooks(hooks));
      }),
    );
  });
});

describe("selectHooks", () => {
  const described = new Map<string, Described>();
  const withFiles = { ...integration("siem", "edr", "events", "consumer"), hookFiles: ["own.ts"] };
  const end: HookEnd = {
    product: product("siem", [], { hookFiles: ["generic.ts", "more.ts"] }),
    integration: withFiles,
    role: "consumer",
    topic: "events",
    constraints: { mode: "push", format: "ecs" },
  };
  const give = (file: string, ...hooks: HookDescription[]) => described.set(file, { hooks });
  beforeEach(() => described.clear());

  test("takes the product's hooks, file by file, where the integration has none", () => {
    give("more.ts", hook("setup", "c"));
    give("generic.ts", hook("setup", "a"), hook("setup", "b"), hook("teardown", "t"));
    expect(titles(selectHooks("setup", end, described))).toEqual(["a", "b", "c"]);
    expect(titles(selectHooks("teardown", end, described))).toEqual(["t"]);
    expect(titles(selectHooks("setup", { ...end, integration: undefined }, described))).toEqual(["a", "b", "c"]);
  });

  test("has those of the integration replace those of the product of the same kind, except the kept ones", () => {
    give(
      "generic.ts",
      hook("setup", "replaced"),
      hook("setup", "kept", { keepWhenOverloaded: true }),
      hook("teardown", "t"),
    );
    give("own.ts", hook("setup", "own"), hook("setup", "start", { order: "first" }));
    expect(titles(selectHooks("setup", end, described))).toEqual(["start", "kept", "own"]);
    expect(titles(selectHooks("teardown", end, described))).toEqual(["t"]);
  });

  test("is not overloaded by a hook of the integration that does not serve the end", () => {
    give("generic.ts", hook("setup", "generic"));
    give("own.ts", hook("setup", "other", { mode: "pull" }));
    expect(titles(selectHooks("setup", end, described))).toEqual(["generic"]);
  });

  test.each([
    ["role", { role: "producer" }],
    ["topic", { topic: "alerts" }],
    ["mode", { mode: "pull" }],
    ["format", { format: "cef" }],
  ] as const)("leaves out a hook of another %s", (_, scope) => {
    give("generic.ts", hook("setup", "any"), hook("setup", "other", scope));
    give("more.ts", hook("setup", "same", { role: "consumer", topic: "events", mode: "push", format: "ecs" }));
    expect(titles(selectHooks("setup", end, described))).toEqual(["any", "same"]);
  });

  test("does not hold against a hook what the plug leaves open", () => {
    give("generic.ts", hook("setup", "narrow", { mode: "pull", format: "cef" }));
    expect(titles(selectHooks("setup", { ...end, constraints: {} }, described))).toEqual(["narrow"]);
  });

  test("passes over files that have a problem or were never described", () => {
    described.set("own.ts", { problem: { code: "HOOK_LOAD", severity: "error", summary: "x" } });
    give("generic.ts", hook("setup", "a"));
    expect(titles(selectHooks("setup", end, described))).toEqual(["a"]);
  });
});

test("hookFilesOf names the integration's files, then the product's", () => {
  const siem = product("siem", [], { hookFiles: ["generic.ts"] });
  const own = { ...integration("siem", "edr", "events", "consumer"), hookFiles: ["own.ts"] };
  expect(hookFilesOf({ product: siem, integration: own })).toEqual(["own.ts", "generic.ts"]);
  expect(hookFilesOf({ product: siem })).toEqual(["generic.ts"]);
});
