// Names of integration and plug manifests: what they say, and that what is written is read again.
import fc from "fast-check";
import {
  isHookName,
  joinIntegrationName,
  joinPlugName,
  roles,
  saysAll,
  splitIntegrationName,
  splitPlugName,
} from "../../provider/src/model/file-name";

const word = fc.string({ unit: fc.constantFrom("a", "b", "-", "_", "9"), minLength: 1, maxLength: 8 });
const topic = fc.oneof(
  word,
  fc.tuple(word, fc.constantFrom(...roles)).map((parts) => parts.join("_")),
  fc.constantFrom("push", "a_pull"),
);
const mode = fc.constantFrom("push" as const, "pull" as const, undefined);
const format = fc.option(fc.oneof(word, fc.constantFrom("json", "json_ecs", "pull", "consumer")), { nil: undefined });
const parts = fc.record({ topic, role: fc.constantFrom(...roles), format, mode });

test("an integration's name is read as it was joined, or its keys must say more", () => {
  fc.assert(
    fc.property(parts, (given) => {
      const read = splitIntegrationName(joinIntegrationName(given));
      const isSame = read?.topic === given.topic && read.role === given.role && read.format === given.format;
      if (saysAll(given)) expect([isSame, read?.mode ?? "push"]).toEqual([true, given.mode ?? "push"]);
    }),
    { numRuns: 1000 },
  );
});

test("plain words always say all", () => {
  const plain = fc.record({
    topic: word,
    role: fc.constantFrom(...roles),
    format: fc.option(fc.constantFrom("json", "json_ecs", "cef"), { nil: undefined }),
    mode,
  });
  fc.assert(fc.property(plain, (given) => saysAll(given)));
});

test("with the topic's key a plug's name is read as it was joined", () => {
  fc.assert(
    fc.property(
      word,
      mode,
      fc.constantFrom("json", undefined),
      fc.constantFrom(...roles, undefined),
      (name, how, form, role) => {
        const read = splitPlugName(joinPlugName({ topic: name, mode: how, format: form, role }), { topic: name });
        expect([read?.topic, read?.mode, read?.format, read?.role]).toEqual([name, how, form, role]);
      },
    ),
  );
});

test.each([
  ["events_consumer", { topic: "events", role: "consumer" }],
  ["events_consumer_pull", { topic: "events", role: "consumer", mode: "pull" }],
  ["events_consumer_json_ecs_push", { topic: "events", role: "consumer", format: "json_ecs", mode: "push" }],
  ["x_target__trigger", { topic: "x_target_", role: "trigger" }],
  ["-block_ip_executor", { topic: "-block_ip", role: "executor" }],
  ["alert_trigger_executor", { topic: "alert_trigger", role: "executor" }],
  ["events_consumers", undefined],
  ["_consumer", undefined],
])("the integration %s", (stem, expected) => {
  expect(splitIntegrationName(stem)).toEqual(expected);
});

test("a key inside the file settles where an integration's name is split", () => {
  expect(splitIntegrationName("events_consumer_trigger", { role: "consumer" })).toEqual({
    topic: "events",
    role: "consumer",
    format: "trigger",
  });
  expect(splitIntegrationName("a_trigger_executor", { topic: "a" })).toEqual({
    topic: "a",
    role: "trigger",
    format: "executor",
  });
});

test.each([
  ["events", {}, { topic: "events" }],
  ["events_pull", {}, { topic: "events", mode: "pull" }],
  ["event_consumer_pull", {}, { topic: "event", role: "consumer", mode: "pull" }],
  ["block_ip_trigger_json", {}, { topic: "block_ip", role: "trigger", format: "json" }],
  ["a_b_push", {}, { topic: "a_b", mode: "push" }],
  ["a_json_push", { format: "json" }, { topic: "a", mode: "push" }],
  ["a_json_push", { topic: "a" }, { topic: "a", format: "json", mode: "push" }],
  ["api_pull", { topic: "api_pull" }, { topic: "api_pull" }],
  ["pull", {}, { topic: "pull" }],
  ["_pull", {}, undefined],
])("the plug %s with %j", (stem, hints, expected) => {
  expect(splitPlugName(stem, hints)).toEqual(expected);
});

test("declarations, tests and package markers are no hooks", () => {
  const names = ["a.ts", "a.py", "a.d.ts", "a.test.ts", "__init__.py", "a.js", "a.pyc", "ts"];
  expect(names.filter(isHookName)).toEqual(["a.ts", "a.py"]);
});
