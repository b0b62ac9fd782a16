// Engine events, reduced: what is kept of them is what people are shown, and nothing else.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { reduceEvent, resourceOf } from "../../provider/src/actions/engine/events";
import { packPlan } from "../../provider/src/mesh/pack-plan";

const urn = "urn:pulumi:lab::soc::meshroom:index:Mesh$pulumi-nodejs:dynamic/meshroom:Plug::events: edge -> siem";

function event(content: object): EngineEvent {
  return { sequence: 1, timestamp: 1, ...content } as EngineEvent;
}

test("a URN says what it stands for", () => {
  expect(resourceOf(urn)).toEqual({ urn, kind: "plug", name: "events: edge -> siem" });
  expect(resourceOf("urn:pulumi:lab::soc::pulumi:providers:aws::default").kind).toBe("internal");
  expect(resourceOf("urn:pulumi:lab::soc::aws:s3/bucket:Bucket::a::b")).toMatchObject({ kind: "other", name: "a::b" });
});

test("debug events and output of programs are dropped", () => {
  for (const severity of ["debug", "info#err"]) {
    expect(reduceEvent(event({ diagnosticEvent: { severity, message: "canary", color: "never" } }))).toBeUndefined();
  }
});

test("ephemeral messages are the steps of a plug", () => {
  const said = {
    severity: "info",
    message: "<{%reset%}>1/2 siem: Create an intake<{%reset%}>\n",
    color: "never",
    urn,
    ephemeral: true,
  };
  expect(reduceEvent(event({ diagnosticEvent: said }))).toMatchObject({
    type: "step",
    text: "1/2 siem: Create an intake",
  });
});

test("a change keeps names of inputs and titles of steps, never their values", () => {
  const inputs = { steps: ["siem: Create an intake"], settings: { a: "canary" }, __plan: "canary" };
  const metadata = {
    op: "update",
    urn,
    type: "",
    provider: "",
    old: { inputs: { ...inputs, settings: {} } },
    new: { inputs },
  };
  const reduced = reduceEvent(event({ resourcePreEvent: { metadata } }));
  expect(reduced).toEqual({
    type: "started",
    change: {
      urn,
      kind: "plug",
      name: "events: edge -> siem",
      operation: "update",
      changed: ["settings"],
      steps: inputs.steps,
    },
  });
  expect(JSON.stringify(reduced)).not.toContain("canary");
});

test("a deletion shows the teardown hooks of the ends that were set up", () => {
  const plan = {
    ends: { source: { address: "edge" }, destination: { address: "siem" } },
    steps: [
      { side: "source", kind: "teardown", title: "Remove the output" },
      { side: "destination", kind: "teardown", title: "Delete the intake" },
      { side: "destination", kind: "setup", title: "Create the intake" },
    ],
  };
  const outputs = { __plan: packPlan(plan as never), __touched: ["destination"] };
  const metadata = { op: "delete", urn, type: "", provider: "", old: { inputs: {}, outputs } };
  expect(reduceEvent(event({ resourcePreEvent: { metadata } }))).toMatchObject({
    change: { steps: ["siem: Delete the intake"] },
  });
});

test("what the engine says of a killed run names its plugs", () => {
  const message = `Attempting to deploy or update resources with 1 pending operations from previous deployment.\n  * ${urn}, interrupted while creating\nThese resources ...`;
  expect(reduceEvent(event({ diagnosticEvent: { severity: "warning", message, color: "never" } }))).toMatchObject({
    type: "interrupted",
    resources: [{ name: "events: edge -> siem" }],
  });
});
