// What changes between two views of one mesh: flows, and why; settings, hooks, secrets, capabilities and destinations. Pure.
import { isDeepStrictEqual } from "node:util";
import type { MeshView, ViewedInstance } from "./mesh-view";
import type { CapabilityChange, Flow, FlowChange, HookEdit, MeshChanges, Risk, SettingChange } from "./report";

/** Whatever differs between two views of a mesh, sorted, so that equal meshes give equal reports. */
export function compareMeshes(before: MeshView, after: MeshView): MeshChanges {
  const [olds, news] = [byName(before.flows), byName(after.flows)];
  const settings = settingChanges(before.instances, after.instances);
  const both = [...news.values()].flatMap((flow): [Flow, Flow][] => {
    const old = olds.get(flow.name);
    return old ? [[old, flow]] : [];
  });
  const added = [...news.values()].filter(({ name }) => !olds.has(name));
  const removed = [...olds.values()].filter(({ name }) => !news.has(name));
  const changed = both.flatMap(([old, flow]) => flowChange(old, flow, settings) ?? []);
  const changes = {
    flows: { added, removed, changed },
    settings,
    hooks: hookEdits(before, after),
    secrets: secretsThatCross(before.flows, after.flows),
    capabilities: capabilityChanges(before, after),
    destinations: {
      added: missingFrom(hostsOf(after), hostsOf(before)),
      removed: missingFrom(hostsOf(before), hostsOf(after)),
    },
  };
  return { ...changes, risks: findRisks(changes) };
}

function byName(flows: readonly Flow[]): Map<string, Flow> {
  return new Map([...flows].sort((a, b) => compare(a.name, b.name)).map((flow) => [flow.name, flow]));
}

/** As the engine decides it: another end, topic, mode, constraint or owner is torn down and set up anew, the rest is set up again. */
function flowChange(old: Flow, flow: Flow, settings: readonly SettingChange[]): FlowChange | undefined {
  const identity = (["source", "destination", "topic", "mode", "constraints", "owners", "kind"] as const).flatMap(
    (key) => (isDeepStrictEqual(old[key], flow[key]) ? [] : [`${key} ${words(old[key])} → ${words(flow[key])}`]),
  );
  const ends = settings.filter(({ owner }) => owner === flow.source || owner === flow.destination);
  const again = [
    ...(isDeepStrictEqual(old.steps, flow.steps) ? [] : ["other set-up steps"]),
    ...changesOf(old.settings, flow.settings).map(({ name, from, to }) => `${name} ${words(from)} → ${words(to)}`),
    ...ends.map(({ owner, name, from, to }) => `${owner}.${name} ${words(from)} → ${words(to)}`),
    ...changesOf(old.code, flow.code).map(({ name, from, to }) => `${name} was ${edit(from, to)}`),
    ...(isDeepStrictEqual(secretsOf(old), secretsOf(flow)) ? [] : ["other secrets"]),
  ];
  const quiet = changesOf(old.quietCode, flow.quietCode).map(({ name, from, to }) => `${name} was ${edit(from, to)}`);
  const problem = old.problem === flow.problem ? [] : [flow.problem ?? "it can be set up now"];
  const reasons = [...identity, ...again, ...quiet, ...problem];
  if (reasons.length === 0) return undefined;
  const effect = identity.length > 0 ? "replaced" : again.length > 0 ? "set up again" : "recorded";
  return { before: old, after: flow, effect, reasons };
}

function secretsOf({ secrets }: Flow): string[] {
  return secrets.map(({ name }) => name).sort();
}

function edit(from: unknown, to: unknown): string {
  return from === undefined ? "added" : to === undefined ? "removed" : "edited";
}

/** Values by dotted name that differ. */
function changesOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { name: string; from?: unknown; to?: unknown }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    return isDeepStrictEqual(from, to) ? [] : [{ name, from, to }];
  });
}

function settingChanges(before: readonly ViewedInstance[], after: readonly ViewedInstance[]): SettingChange[] {
  const olds = new Map(before.map((each) => [each.address, each]));
  return after.flatMap((instance) => {
    const old = olds.get(instance.address);
    if (!old) return [];
    return changesOf(old.settings, instance.settings).map(({ name, from, to }) => {
      const at = instance.places[name] ?? old.places[name];
      return { owner: instance.address, name, from, to, ...(at && { at: { file: at.file, line: at.line } }) };
    });
  });
}

function hookEdits(before: MeshView, after: MeshView): HookEdit[] {
  const changed = changesOf(Object.fromEntries(before.hookFiles), Object.fromEntries(after.hookFiles));
  return changed.map(({ name: file, from, to }) => {
    const touches = [...before.flows, ...after.flows].filter((flow) => file in flow.code || file in flow.quietCode);
    const isComputed = after.flows.some(({ computed }) => computed.includes(file));
    return {
      file,
      change: edit(from, to) as HookEdit["change"],
      flows: [...new Set(touches.map(({ name }) => name))].sort(),
      isComputed,
    };
  });
}

/** Secrets that hooks of an instance may ask for and could not before, other than its own. */
function secretsThatCross(before: readonly Flow[], after: readonly Flow[]): MeshChanges["secrets"] {
  const crossing = (flows: readonly Flow[]) =>
    new Map(
      flows.flatMap((flow) =>
        flow.secrets
          .filter(({ name, to }) => !name.startsWith(`${to}.`))
          .map(({ name, to }) => [`${name} ${to} ${flow.name}`, { name, to, flow: flow.name }] as const),
      ),
    );
  const [olds, news] = [crossing(before), crossing(after)];
  const only = (of: typeof news, without: typeof news) =>
    [...of]
      .filter(([key]) => !without.has(key))
      .map(([, each]) => each)
      .sort((a, b) => compare(a.name + a.to, b.name + b.to));
  return { added: only(news, olds), removed: only(olds, news) };
}

function capabilityChanges(before: MeshView, after: MeshView): CapabilityChange[] {
  const products = [...new Set([...before.capabilities.keys(), ...after.capabilities.keys()])].sort();
  return products.flatMap((product) => {
    const [olds, news] = [before.capabilities.get(product), after.capabilities.get(product)];
    const of = (change: "gained" | "lost", from: typeof olds, without: typeof olds): CapabilityChange[] =>
      [...(from ?? [])]
        .filter(([words]) => !without?.has(words))
        .map(([words, { role, topic }]) => {
          const flows = [...before.flows, ...after.flows].filter((flow) => usesCapability(flow, topic));
          const broken = change === "lost" ? flows.filter(({ problem }) => problem !== undefined) : [];
          return {
            product,
            change,
            capability: words,
            role,
            breaks: [...new Set(broken.map(({ name }) => name))].sort(),
          };
        });
    return [...of("gained", news, olds), ...of("lost", olds, news)];
  });
}

function usesCapability(flow: Flow, topic: string | undefined): boolean {
  return topic === undefined || flow.topic === topic;
}

/** Hosts that settings name, as URLs do: `siem.example:8443`. */
function hostsOf({ instances, flows }: MeshView): Set<string> {
  const hosts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      const found = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]+\](?::\d+)?|[^/?#]+)/i.exec(value)?.[1];
      if (found) hosts.add(found.toLowerCase());
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  for (const { settings } of [...instances, ...flows]) visit(settings);
  return hosts;
}

function missingFrom(some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...some].filter((each) => !others.has(each)).sort();
}

/** Protocols that anybody on the way can read. */
const clear = new Set([
  "syslog",
  "syslog-tcp",
  "syslog-udp",
  "tcp",
  "udp",
  "http",
  "ftp",
  "telnet",
  "ldap",
  "smtp",
  "snmp",
  "snmpv2",
  "mqtt",
  "amqp",
  "kafka-plaintext",
]);

/** A flow that goes over a protocol which is known not to encrypt. Of one that names none nothing is said. */
export function isInClear({ protocol }: Flow): boolean {
  return protocol !== undefined && clear.has(protocol.toLowerCase());
}

function findRisks({ flows, hooks, capabilities }: Omit<MeshChanges, "risks">): Risk[] {
  const now = [...flows.added, ...flows.changed.map(({ after }) => after)];
  const wasClear = new Set(flows.changed.filter(({ before }) => isInClear(before)).map(({ after }) => after.name));
  const risks: Risk[] = [
    ...now
      .filter((flow) => isInClear(flow) && !wasClear.has(flow.name))
      .map(
        (flow): Risk => ({
          kind: "clear text",
          about: flow.name,
          says: `${flow.topic} goes over ${flow.protocol}, which anybody on the way can read`,
        }),
      ),
    ...flows.added
      .filter(({ kind }) => kind === "action")
      .map(
        (flow): Risk => ({
          kind: "acts",
          about: flow.name,
          says: `${flow.source} can have ${flow.destination} do ${flow.topic}`,
        }),
      ),
    ...hooks
      .filter(({ change, flows: touched }) => change === "added" && touched.length > 0)
      .map(
        ({ file, flows: touched }): Risk => ({
          kind: "new code",
          about: file,
          says: `new code runs with the secrets of ${touched.join(", ")}`,
        }),
      ),
    ...hooks
      .filter(({ isComputed }) => isComputed)
      .map(
        ({ file }): Risk => ({
          kind: "computed",
          about: file,
          says: "what it declares is computed: the steps shown may not be all",
        }),
      ),
    ...capabilities
      .filter(({ change, role }) => change === "gained" && (role === "executor" || role === "trigger"))
      .map(
        ({ product, capability }): Risk => ({
          kind: "wider role",
          about: product,
          says: `${product} ${capability}, which it did not before`,
        }),
      ),
  ];
  return risks.sort((a, b) => compare(a.kind, b.kind) || compare(a.about, b.about));
}

/** A value as people write it. */
export function words(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.join(" and ") || "nothing";
  return typeof value === "string" ? value || '""' : JSON.stringify(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
