// docs/vocabulary.md and the templates say the same, and what they name fits together.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildCapabilityGraph, type CapabilityGraph } from "../../provider/src/graph/capability-graph";
import { loadProject } from "../../provider/src/model/load-project";
import type { Project, Role } from "../../provider/src/model/types";
import { namesByRole, TemplateMesh } from "./template-mesh";

const repository = join(__dirname, "../..");
const page = readFileSync(join(repository, "docs/vocabulary.md"), "utf8");

/** The closed list of the OpenC2 Language Specification 1.0, section 3.3.1.1. */
const openc2Actions = `scan locate query deny contain allow start stop restart cancel set update redirect create delete
  detonate restore copy investigate remediate`.split(/\s+/);

/** The part of the page below `## title`. */
function chapter(title: string): string {
  const found = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`));
  if (found === undefined) throw new Error(`docs/vocabulary.md has no chapter ${title}`);
  return found;
}

interface Entry {
  meaning: string;
  /** What stands behind `- key:`. */
  facts: ReadonlyMap<string, string>;
}

function entriesOf(title: string): Map<string, Entry> {
  const sections = chapter(title)
    .split(/^### /m)
    .slice(1)
    .map((text): [string, Entry] => {
      const name = text.split("\n", 1)[0] ?? "";
      const facts = [...text.matchAll(/^- ([\w ]+): (.*)$/gm)].map(([, key = "", value = ""]) => [key, value] as const);
      return [unquote(name), { meaning: text.split("\n")[2] ?? "", facts: new Map(facts) }];
    });
  return new Map(sections);
}

function rowsOf(title: string): [string, string][] {
  return [...chapter(title).matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = "", value = ""]) => [name, value]);
}

function unquote(text: string): string {
  return text.replaceAll("`", "");
}

function quoted(text = ""): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
}

const topics = entriesOf("Topics");
const actions = entriesOf("Actions");
let mesh: TemplateMesh;
let project: Project;
let graph: CapabilityGraph;

beforeAll(() => {
  mesh = new TemplateMesh();
  project = mesh.load();
  graph = buildCapabilityGraph(project.products.values());
});

afterAll(() => mesh.remove());

const sides: [Role, string, Map<string, Entry>][] = [
  ["producer", "produced by", topics],
  ["consumer", "consumed by", topics],
  ["trigger", "triggered by", actions],
  ["executor", "executed by", actions],
];

// Each name is on both sides, so none is dead.
test.each(sides)("every name of a %s is in the vocabulary, and %s whom it says", (role, fact, entries) => {
  const said = [...entries].map(([name, { facts }]) => [name, quoted(facts.get(fact))] as const);
  expect(new Map([...said].sort())).toEqual(namesByRole(project, role));
});

test("every name is explained", () => {
  for (const [name, { meaning }] of [...topics, ...actions])
    expect([name, meaning]).toEqual([name, expect.stringMatching(/^[A-Z].{10,}\.$/)]);
});

test("categories are named and titled as the templates are", () => {
  expect(rowsOf("Categories")).toEqual([...project.products.values()].map(({ name, extra }) => [name, extra.category]));
});

test("the formats of a topic are those of the templates, and all are explained", () => {
  const explained = rowsOf("Formats").map(([name]) => name);
  const found = new Map<string, Set<string>>();
  for (const { topic = "", constraints, details } of [...project.products.values()].flatMap((p) => p.capabilities)) {
    const formats = [constraints.format ?? [], (details.formats as string[] | undefined) ?? []].flat();
    for (const format of formats) found.set(topic, (found.get(topic) ?? new Set()).add(format));
  }
  for (const [topic, { facts }] of topics)
    expect([topic, quoted(facts.get("formats")).sort()]).toEqual([topic, [...(found.get(topic) ?? [])].sort()]);
  expect([...new Set([...found.values()].flatMap((formats) => [...formats]))].sort()).toEqual([...explained].sort());
});

test("an action has one meaning: its OpenC2 action and its parameters are the same in all templates", () => {
  for (const { product, role, topic = "", details } of [...project.products.values()].flatMap((p) => p.capabilities)) {
    if (role !== "executor") continue;
    const facts = actions.get(topic)?.facts;
    const [openc2] = quoted(facts?.get("OpenC2"));
    const found = { openc2: details.openc2, params: Object.keys(details.params as object) };
    expect([product, topic, found]).toEqual([product, topic, { openc2, params: quoted(facts?.get("parameters")) }]);
  }
});

test("OpenC2 actions are OpenC2's", () => {
  for (const { facts } of actions.values()) {
    for (const action of quoted(facts.get("OpenC2"))) expect(openc2Actions).toContain(action);
  }
  expect(quoted(chapter("Actions").split("###")[0]).filter((word) => !openc2Actions.includes(word))).toEqual([]);
});

function pairs(source: Role, destination: Role): [topic: string, source: string, destination: string][] {
  const destinations = namesByRole(project, destination);
  return [...namesByRole(project, source)].flatMap(([topic, from]) =>
    from.flatMap((a) => (destinations.get(topic) ?? []).map((b): [string, string, string] => [topic, a, b])),
  );
}

function areMatched([topic, source, destination]: [string, string, string]): boolean {
  return !graph.between(source, destination, topic).next().done;
}

test("whoever has a topic can be plugged to whoever wants it; for detection rules, to somebody", () => {
  const all = [...pairs("producer", "consumer"), ...pairs("trigger", "executor")];
  expect(all.filter((pair) => pair[0] !== "detection_rules" && !areMatched(pair))).toEqual([]);
  const rules = pairs("producer", "consumer").filter(([topic]) => topic === "detection_rules");
  const served = rules.filter(areMatched);
  for (const side of [1, 2])
    expect(new Set(served.map((pair) => pair[side]))).toEqual(new Set(rules.map((pair) => pair[side])));
});

test.each([
  ["edr", "siem", "events"],
  ["firewall", "siem", "events"],
  ["edr", "telemetry_pipeline", "events"],
  ["telemetry_pipeline", "siem", "events"],
  ["firewall", "ndr", "flows"],
  ["siem", "soar", "alerts"],
  ["edr", "xdr", "alerts"],
  ["email_security", "xdr", "alerts"],
  ["xdr", "mdr", "incidents"],
  ["siem", "tip", "sightings"],
  ["tip", "edr", "iocs"],
  ["tip", "firewall", "iocs"],
  ["tip", "siem", "threats"],
  ["tip", "ndr", "detection_rules"],
  ["easm", "caasm", "assets"],
  ["cyber_physical_systems", "caasm", "assets"],
  ["itdr", "caasm", "identities"],
  ["vulnerability_scanner", "exposure_assessment", "vulnerabilities"],
  ["penetration_testing", "threat_exposure_management", "validation_results"],
  ["adversarial_exposure_validation", "exposure_assessment", "validation_results"],
  ["exposure_assessment", "threat_exposure_management", "exposures"],
  ["drp", "itdr", "leaked_credentials"],
  ["itdr", "sse", "risk_scores"],
  ["csma", "firewall", "policies"],
  ["edr", "dfir", "evidence"],
  ["soar", "firewall", "block_ip"],
  ["soar", "edr", "contain"],
  ["soar", "email_security", "quarantine_message"],
  ["soar", "itdr", "disable_account"],
  ["soar", "drp", "take_down"],
  ["siem", "soar", "run_playbook"],
  ["tip", "siem", "search"],
  ["threat_exposure_management", "adversarial_exposure_validation", "simulate_attack"],
  ["vulnerability_scanner", "waf", "virtual_patch"],
  ["siem", "telemetry_pipeline", "replay_events"],
  ["assistant", "siem", "search"],
])("%s can be plugged to %s for %s", (source, destination, topic) => {
  expect(areMatched([topic, source, destination])).toBe(true);
});

test.each([
  ["dfir", "firewall", "detection_rules"],
  ["firewall", "edr", "block_ip"],
  ["siem", "edr", "alerts"],
])("%s can't be plugged to %s for %s", (source, destination, topic) => {
  expect(areMatched([topic, source, destination])).toBe(false);
});

test("standards are preferred: STIX over TAXII from TIP to EDR, plain lists to a firewall that only has those", () => {
  const formats = [...graph.between("tip", "edr", "iocs")].map(({ constraints }) => constraints);
  expect(formats).toContainEqual({ mode: "pull", format: "stix", protocol: "taxii" });
  expect([...graph.between("tip", "firewall", "iocs")].map(({ constraints }) => constraints)).toContainEqual({
    mode: "pull",
    format: "text",
    protocol: "https",
  });
});

test("the products of the sample mesh fit the templates", () => {
  const sample = loadProject(join(repository, "meshroom-project"));
  const both = buildCapabilityGraph([...project.products.values(), ...sample.products.values()]);
  for (const [source, destination, topic] of [
    ["edge_sensor", "siem", "events"],
    ["threat_feed", "siem", "threats"],
    ["pocket_siem", "firewall", "block_ip"],
    ["soar", "pocket_firewall", "block_ip"],
    ["firewall", "pocket_siem", "events"],
  ] as const) {
    expect([source, destination, both.between(source, destination, topic).next().done]).toEqual([
      source,
      destination,
      false,
    ]);
  }
});
