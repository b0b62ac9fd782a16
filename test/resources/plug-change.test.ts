// What new inputs mean for a plug that exists: whether it is another plug, which set-up steps run, what its hooks are given.
import { packPlan } from "../../provider/src/mesh/pack-plan";
import type { PlugInputs, PlugPlan, StepInputs } from "../../provider/src/mesh/stored";
import {
  describeRest,
  firstStepToRun,
  isChanged,
  type KnownPlug,
  replacedFor,
  settingsAfter,
  setupSteps,
} from "../../provider/src/resources/lifecycle/plug-change";

const step = (side: StepInputs["side"], kind: StepInputs["kind"], file: string): StepInputs => ({
  side,
  kind,
  title: `${kind} ${side}`,
  file,
  export: "run",
});

const steps = [
  step("destination", "setup", "siem.ts"),
  step("source", "setup", "edr.ts"),
  step("source", "teardown", "edr-down.ts"),
  step("source", "status", "edr-status.ts"),
];

function plan(more: Partial<PlugPlan> = {}): string {
  const end = (name: string, role: "producer" | "consumer") => ({ name, product: name, address: name, role });
  return packPlan({
    project: "mesh",
    secretKey: "secrets",
    secretIds: [],
    name: "events: edge -> desk",
    manifest: "instances/edr/edge/plugs/desk/events.yaml",
    ends: { source: end("edge", "producer"), destination: end("desk", "consumer") },
    steps,
    quietFiles: ["edr-down.ts", "edr-status.ts"],
    requiredSecrets: [],
    ...more,
  });
}

const inputs: PlugInputs = {
  __provider: "",
  __urn: "urn",
  __plan: plan(),
  source: "edge",
  destination: "desk",
  topic: "events",
  mode: "push",
  constraints: { format: "json" },
  steps: ["desk: setup destination", "edge: setup source"],
  settings: { index: "main" },
  sourceSettings: { url: "https://edr" },
  secrets: { "edge.KEY": "0123456789ab" },
  code: { "siem.ts": "1", "edr.ts": "1", "edr-down.ts": "1", "edr-status.ts": "1" },
};
const whole: KnownPlug = { ...inputs, state: { index: "main" }, __done: 2, __touched: ["source", "destination"] };
const code = (file: string, digest: string) => ({ code: { ...inputs.code, [file]: digest } });

test.each<[string, Partial<PlugInputs>, string[]]>([
  ["nothing", {}, []],
  ["its source", { source: "other" }, ["source"]],
  ["its mode and constraints", { mode: "pull", constraints: { format: "cef" } }, ["mode", "constraints"]],
  ["a constraint that is gone", { constraints: undefined }, ["constraints"]],
  ["an empty object for an absent one", { destinationConfig: {} }, []],
  ["the ends that set it up", { __plan: plan({ steps: steps.filter(({ side }) => side === "source") }) }, ["steps"]],
  ["settings", { settings: { index: "other" } }, []],
])("another plug by a change of %s", (_, news, keys) => {
  expect(replacedFor(whole, { ...inputs, ...news })).toEqual(keys);
});

test.each<[string, Partial<KnownPlug>, Partial<PlugInputs>, { from: number; isChanged: boolean }]>([
  ["nothing", {}, {}, { from: 2, isChanged: false }],
  ["the order of keys", {}, { sourceSettings: { url: "https://edr" } }, { from: 2, isChanged: false }],
  ["settings", {}, { settings: { index: "other" } }, { from: 0, isChanged: true }],
  ["settings of an instance", {}, { sourceSettings: { url: "https://new" } }, { from: 0, isChanged: true }],
  ["the digest of a secret", {}, { secrets: { "edge.KEY": "ba9876543210" } }, { from: 0, isChanged: true }],
  ["titles of steps", {}, { steps: ["desk: anew"] }, { from: 0, isChanged: true }],
  ["set-up code", {}, code("siem.ts", "2"), { from: 0, isChanged: true }],
  ["teardown code", {}, code("edr-down.ts", "2"), { from: 2, isChanged: true }],
  ["status code", {}, code("edr-status.ts", "2"), { from: 2, isChanged: true }],
  [
    "a quiet file more",
    {},
    { ...code("edr-more.ts", "1"), __plan: plan({ quietFiles: ["edr-more.ts", "edr-down.ts"] }) },
    { from: 2, isChanged: true },
  ],
  [
    "a quiet file that is loud now",
    {},
    { ...code("edr-down.ts", "2"), __plan: plan({ quietFiles: [] }) },
    { from: 2, isChanged: true },
  ],
  ["nothing after drift", { drift: ["edge: gone"] }, {}, { from: 0, isChanged: true }],
  ["nothing after a failure", { __done: 1 }, {}, { from: 1, isChanged: true }],
  ["settings after a failure", { __done: 1 }, { settings: {} }, { from: 0, isChanged: true }],
  ["the time when it has more steps than before", { __done: 7 }, {}, { from: 2, isChanged: false }],
])("set-up steps that a change of %s runs", (_, olds, news, expected) => {
  const [known, next] = [
    { ...whole, ...olds },
    { ...inputs, ...news },
  ];
  expect({ from: firstStepToRun(known, next), isChanged: isChanged(known, next) }).toEqual(expected);
});

test("only set-up steps are counted, and what is left of them is told", () => {
  expect(setupSteps(inputs).map(({ title }) => title)).toEqual(["setup destination", "setup source"]);
  expect(describeRest({ ...whole, __done: 1 })).toBe("set up as far as step 1 of 2");
  expect(describeRest(whole)).toBeUndefined();
});

test.each<[string, Partial<KnownPlug>, PlugInputs["settings"], Record<string, unknown>]>([
  [
    "what hooks have stored stays",
    { state: { index: "main", intake: "i-1" } },
    { index: "main" },
    { index: "main", intake: "i-1" },
  ],
  [
    "what hooks have changed stays while the manifest says the same",
    { state: { index: "made" } },
    { index: "main" },
    { index: "made" },
  ],
  [
    "what the manifest changes wins",
    { state: { index: "made", intake: "i-1" } },
    { index: "other" },
    { index: "other", intake: "i-1" },
  ],
  ["what is new in the manifest is there", {}, { index: "main", more: 1 }, { index: "main", more: 1 }],
  ["what left the manifest stays as the hooks left it", { state: { index: "made" } }, undefined, { index: "made" }],
])("settings after a change: %s", (_, olds, settings, expected) => {
  expect(settingsAfter({ ...whole, ...olds }, { ...inputs, settings })).toEqual(expected);
});
