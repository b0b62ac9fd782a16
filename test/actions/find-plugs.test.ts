// Which plugs are meant: the one query of `up`, `down`, `plug`, `unplug`, `list plugs` and the exchange.
import { choosePlugs, findPlugs, fits, isWholeMesh, requirePlug } from "../../provider/src/actions/finding/find-plugs";
import type { MeshroomError } from "../../provider/src/diagnostic";
import { can, instance, plug, product, project } from "../graph/builders";

const both = [
  can("producer", "events", {}),
  can("consumer", "events", {}),
  can("producer", "logs", { mode: "pull" }),
  can("consumer", "logs", {}),
];
const mesh = project(
  [product("tool", both)],
  [instance("tool", "a"), instance("tool", "b"), instance("tool", "c")],
  [
    plug("events", "a", "b", { constraints: { format: "json" } }),
    plug("logs", "a", "b"),
    plug("events", "b", "c"),
    plug("events", "c", "gone", { constraints: { mode: "pull" } }),
  ],
);
const found = (query: Parameters<typeof findPlugs>[1]) =>
  findPlugs(mesh, query).map(({ topic, src_instance, dst_instance }) => `${topic} ${src_instance} ${dst_instance}`);

test.each<[string, Parameters<typeof findPlugs>[1], string[]]>([
  ["nothing that is said", {}, ["events a b", "logs a b", "events b c", "events c gone"]],
  ["either end", { instance: "b" }, ["events a b", "logs a b", "events b c"]],
  ["a source", { source: "b" }, ["events b c"]],
  ["both ends and a topic", { source: "a", destination: "b", topic: "logs" }, ["logs a b"]],
  ["a mode that capabilities decide", { constraints: { mode: "pull" } }, ["logs a b", "events c gone"]],
  ["a format, which a plug may leave open", { source: "a", constraints: { format: "cef" } }, ["logs a b"]],
])("by %s", (_, query, expected) => {
  expect(found(query)).toEqual(expected);
});

test("by manifests, in a state as in the tree", () => {
  const stored = { manifest: "x.yaml", source: "a", destination: "b", topic: "events", constraints: { mode: "push" } };
  expect(fits({ instance: "a", manifests: new Set(["x.yaml"]) }, stored)).toBe(true);
  expect(fits({ instance: "a", manifests: new Set(["y.yaml"]) }, stored)).toBe(false);
  expect([isWholeMesh({ topic: undefined }), isWholeMesh({ topic: "events" })]).toEqual([true, false]);
});

test.each<[string, () => unknown, string, RegExp]>([
  [
    "the topics between two",
    () => requirePlug(mesh, { source: "a", destination: "b", topic: "alerts" }, "unplug"),
    "there is no plug for alerts from a to b",
    /plugs for `events`, `logs`: see `meshroom list plugs a b`/,
  ],
  [
    "the other direction",
    () => requirePlug(mesh, { source: "c", destination: "b" }, "unplug"),
    "there is no plug from c to b",
    /there is one from b to c/,
  ],
  [
    "those of an instance",
    () => choosePlugs(mesh, { instance: "c", topic: "logs" }),
    "there is no plug for logs at c",
    /there are: events b -> c \(push\), events c -> gone \(pull\)/,
  ],
  [
    "how one is made",
    () => choosePlugs(mesh, { source: "c", destination: "a" }),
    "there is no plug from c to a",
    /make one/,
  ],
  [
    "the commands that tell several apart",
    () => requirePlug(mesh, { source: "a", destination: "b" }, "unplug"),
    "2 plugs carry events and logs from a to b",
    /unplug events a b -m push -f json` or `meshroom unplug logs a b -m pull/,
  ],
])("where none, or not one, fits, it is told with %s", (_, ask, summary, remedy) => {
  let error: MeshroomError | undefined;
  try {
    ask();
  } catch (thrown) {
    error = thrown as MeshroomError;
  }
  expect(error?.diagnostics[0]?.summary).toContain(summary);
  expect(error?.diagnostics[0]?.remedy).toMatch(remedy);
});
