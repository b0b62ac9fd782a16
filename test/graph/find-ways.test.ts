// Ways for a topic: straight, and over a product that takes it in one format and gives it in another.
import { directWays, waysOverAnother } from "../../provider/src/graph/find-ways";
import { can, product } from "./builders";

const edr = product("edr", [can("producer", "events", { format: "cef" })]);
const siem = product("siem", [can("consumer", "events", { format: "ocsf" })]);
const pipeline = product("pipeline", [
  can("consumer", "events", { format: "cef" }),
  can("producer", "events", { format: "ocsf" }),
  can("producer", "events", { format: "ecs" }),
]);
const query = { source: edr, destination: siem, topic: "events" };

test("formats that differ need a product between", () => {
  expect(directWays(query)).toEqual([]);
  const ways = waysOverAnother([edr, siem, pipeline], query);
  expect(ways.map(({ via, legs }) => [via, legs.map(({ constraints }) => constraints)])).toEqual([
    ["pipeline", [{ format: "cef" }, { format: "ocsf" }]],
  ]);
});

test("the format in which it must arrive rules out ways", () => {
  const open = product("open", [can("consumer", "events")]);
  const formats = waysOverAnother([pipeline], { ...query, destination: open, format: "ecs" });
  expect(formats.map(({ legs }) => legs[1]?.constraints)).toEqual([{ format: "ecs" }]);
  expect(waysOverAnother([pipeline], { ...query, destination: open, format: "leef" })).toEqual([]);
});

test("a direct way says what both sides set", () => {
  const lake = product("lake", [can("consumer", "events", { mode: "push" })]);
  expect(directWays({ ...query, destination: lake }).map(({ legs }) => legs[0]?.constraints)).toEqual([
    { format: "cef", mode: "push" },
  ]);
});

test("actions are not passed on", () => {
  const soar = product("soar", [can("trigger", "block_ip")]);
  const firewall = product("firewall", [can("executor", "block_ip")]);
  const proxy = product("proxy", [can("executor", "block_ip"), can("trigger", "block_ip")]);
  const action = { source: soar, destination: firewall, topic: "block_ip" };
  expect(directWays(action)).toHaveLength(1);
  expect(waysOverAnother([proxy], action)).toEqual([]);
});
