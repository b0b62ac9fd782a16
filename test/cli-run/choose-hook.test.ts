// Which hook serves an exchange: a table of precedence.
import { chooseHook, type ExchangeKind } from "../../provider/src/actions/exchange/choose-hook";
import type { Described } from "../../provider/src/hooks/describing/describe";
import type { HookEnd } from "../../provider/src/hooks/describing/select";
import type { HookDescription } from "../../provider/src/model/hook";
import type { Integration, Product, Role } from "../../provider/src/model/types";

type HookSpec = Partial<HookDescription> & Pick<HookDescription, "kind">;

/** An end whose product has the file `<name>.ts`, its integration `<name>_own.ts`. */
function end(name: string, role: Role): HookEnd {
  const product = { name, hookFiles: [`${name}.ts`] } as unknown as Product;
  const integration = { hookFiles: [`${name}_own.ts`] } as unknown as Integration;
  return { product, integration, role, topic: "events", constraints: { mode: "push" } };
}

function describeAll(files: Record<string, HookSpec[]>): ReadonlyMap<string, Described> {
  const hooks = (file: string, specs: HookSpec[]) =>
    specs.map(
      (spec, position) =>
        ({ file, export: `hook${position}`, position, title: `${file}#${position}`, ...spec }) as HookDescription,
    );
  return new Map(Object.entries(files).map(([file, specs]) => [file, { hooks: hooks(file, specs) }]));
}

const data = [end("edr", "producer"), end("siem", "consumer")];
const action = [end("siem", "trigger"), end("fw", "executor")];

const rows: [string, ExchangeKind, HookEnd[], Record<string, HookSpec[]>, string | undefined][] = [
  [
    "the source produces",
    "produce",
    data,
    { "edr.ts": [{ kind: "produce" }], "siem.ts": [{ kind: "produce" }] },
    "edr.ts#0",
  ],
  ["else the destination emulates", "produce", data, { "siem.ts": [{ kind: "produce" }] }, "siem.ts#0"],
  [
    "the destination is watched",
    "watch",
    data,
    { "edr.ts": [{ kind: "watch" }], "siem.ts": [{ kind: "watch" }] },
    "siem.ts#0",
  ],
  ["else the source", "watch", data, { "edr.ts": [{ kind: "watch" }] }, "edr.ts#0"],
  [
    "the trigger triggers",
    "trigger",
    action,
    { "siem.ts": [{ kind: "trigger" }], "fw.ts": [{ kind: "trigger" }] },
    "siem.ts#0",
  ],
  ["the executor does not trigger", "trigger", action, { "fw.ts": [{ kind: "trigger" }] }, undefined],
  [
    "the executor executes",
    "execute",
    action,
    { "siem.ts": [{ kind: "execute" }], "fw.ts": [{ kind: "execute" }] },
    "fw.ts#0",
  ],
  [
    "the integration's hook before the product's",
    "produce",
    data,
    { "edr.ts": [{ kind: "produce" }], "edr_own.ts": [{ kind: "produce" }] },
    "edr_own.ts#0",
  ],
  [
    "the integration's even where the product's is kept and says more",
    "produce",
    data,
    {
      "edr.ts": [{ kind: "produce", keepWhenOverloaded: true, topic: "events", mode: "push" }],
      "edr_own.ts": [{ kind: "produce" }],
    },
    "edr_own.ts#0",
  ],
  [
    "the hook that names the topic",
    "produce",
    data,
    { "edr.ts": [{ kind: "produce" }, { kind: "produce", topic: "events" }] },
    "edr.ts#1",
  ],
  [
    "no hook of another topic or mode",
    "produce",
    data,
    {
      "edr.ts": [
        { kind: "produce", topic: "alerts" },
        { kind: "produce", mode: "pull" },
      ],
    },
    undefined,
  ],
  ["no hook of another kind", "produce", data, { "edr.ts": [{ kind: "setup" }] }, undefined],
];

test.each(rows)("%s", (_, kind, ends, files, expected) => {
  expect(chooseHook(kind, ends, describeAll(files))?.hook.title).toBe(expected);
});
