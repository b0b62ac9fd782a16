// What the engine's marks of begun operations become in an exported state.
import {
  adoptPending,
  type ExportedResource,
  type PendingOperation,
} from "../../provider/src/actions/engine/adopt-pending";
import { packPlan } from "../../provider/src/mesh/pack-plan";

const urn = "urn:pulumi:lab::soc::meshroom:index:Mesh$pulumi-nodejs:dynamic/meshroom:Plug::events: edge -> siem";
const record = "urn:pulumi:lab::soc::meshroom:index:Mesh$pulumi-nodejs:dynamic/meshroom:Instance::edge";
const foreign = "urn:pulumi:lab::soc::aws:s3/bucket:Bucket::logs";

const steps = [
  { side: "destination", kind: "setup", title: "Create the intake" },
  { side: "source", kind: "teardown", title: "Remove the output" },
];
const inputs = { topic: "events", settings: { index: "main" }, __plan: packPlan({ ends: {}, steps } as never) };

function plug(more: Partial<ExportedResource> = {}): ExportedResource {
  return {
    urn,
    id: "plug",
    inputs,
    outputs: { ...inputs, state: { intake: "7" }, __done: 1, __touched: ["source"] },
    ...more,
  };
}

function adopt(resources: ExportedResource[], ...marks: PendingOperation[]) {
  const exported = { version: 3, deployment: { manifest: {}, resources, pending_operations: marks } };
  return { interrupted: adoptPending(exported), ...exported.deployment };
}

test("a plug whose set-up had begun is there, with nothing done, for the sides that set it up", () => {
  const { interrupted, resources, pending_operations } = adopt([], { type: "creating", resource: { urn, inputs } });
  expect(interrupted).toMatchObject([{ name: "events: edge -> siem", operation: "setup" }]);
  expect(pending_operations).toEqual([]);
  expect(resources).toEqual([
    {
      urn,
      id: "plug",
      inputs,
      outputs: { ...inputs, state: { index: "main" }, __done: 0, __touched: ["destination"] },
      initErrors: [expect.stringContaining("creating")],
    },
  ]);
});

test("the second half of a replacement takes the place of what was torn down", () => {
  const { resources } = adopt([plug({ pendingReplacement: true })], { type: "creating", resource: { urn, inputs } });
  expect(resources).toHaveLength(1);
  expect(resources[0]).toMatchObject({ outputs: { state: { index: "main" }, __done: 0 } });
  expect(resources[0]).not.toHaveProperty("pendingReplacement");
});

test("a plug that the state has already, whole, stays as it is", () => {
  expect(adopt([plug()], { type: "creating", resource: { urn, inputs } }).resources).toEqual([plug()]);
});

test.each(["updating", "deleting"])(
  "a plug at work in %s keeps what it has stored, and no step counts as done",
  (type) => {
    const { resources } = adopt([plug()], { type, resource: plug() });
    expect(resources).toMatchObject([
      {
        outputs: { state: { intake: "7" }, __done: 0, __touched: ["destination", "source"] },
        initErrors: [expect.any(String)],
      },
    ]);
  },
);

test("marks of records go, those of other resources stay", () => {
  const other = { type: "creating", resource: { urn: foreign } };
  const { interrupted, pending_operations, resources } = adopt(
    [],
    { type: "creating", resource: { urn: record } },
    other,
  );
  expect(interrupted).toEqual([]);
  expect(pending_operations).toEqual([other]);
  expect(resources).toEqual([]);
});
