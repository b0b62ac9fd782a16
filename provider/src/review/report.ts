// The shape of what `meshroom diff` says, as `--json` prints it. A change of it that readers could notice is another `version`.
import { z } from "zod";

const place = z.object({ file: z.string(), line: z.number() });

const flow = z.object({
  /** As in the engine's state: `events: edge -> siem`. */
  name: z.string(),
  source: z.string(),
  destination: z.string(),
  topic: z.string(),
  /** `action`: the destination acts when it is told to. */
  kind: z.enum(["data", "action"]),
  mode: z.string(),
  format: z.string().optional(),
  protocol: z.string().optional(),
  /** All that must agree at both ends, other than the mode. */
  constraints: z.record(z.string(), z.string()),
  /** What the destination's capability says that it does. */
  allows: z.string().optional(),
  /** Ends that set it up, in order. */
  owners: z.array(z.enum(["source", "destination"])),
  /** Titles of the set-up steps, each behind its instance. */
  steps: z.array(z.string()),
  /** Of the plug, and of its ends' integrations (`source.NAME`, `destination.NAME`), without secrets. */
  settings: z.record(z.string(), z.unknown()),
  /** Digest by file of the set-up hooks' code, imports included. */
  code: z.record(z.string(), z.string()),
  /** The same for teardown and status hooks: an edit runs nothing. */
  quietCode: z.record(z.string(), z.string()),
  /** Names of the secrets that its hooks may ask for, with the instance to whose hooks they go. */
  secrets: z.array(z.object({ name: z.string(), to: z.string() })),
  /** Hook files of which not all could be read without running them. */
  computed: z.array(z.string()),
  /** What keeps it from being set up. */
  problem: z.string().optional(),
  at: place,
});

const flowChange = z.object({
  before: flow,
  after: flow,
  /** What `up` does: tear down and set up, run the set-up hooks, or write down without running any. */
  effect: z.enum(["replaced", "set up again", "recorded"]),
  reasons: z.array(z.string()),
});

const settingChange = z.object({
  owner: z.string(),
  name: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  at: place.optional(),
});

const hookEdit = z.object({
  file: z.string(),
  change: z.enum(["added", "edited", "removed"]),
  /** Lines of the file, where git could count them. */
  lines: z.object({ added: z.number(), removed: z.number() }).optional(),
  flows: z.array(z.string()),
  isComputed: z.boolean(),
});

const crossing = z.object({ name: z.string(), to: z.string(), flow: z.string() });

const capabilityChange = z.object({
  product: z.string(),
  change: z.enum(["gained", "lost"]),
  capability: z.string(),
  role: z.enum(["producer", "consumer", "trigger", "executor"]),
  /** Names of the flows that can't be set up any more. */
  breaks: z.array(z.string()),
});

const risk = z.object({
  kind: z.enum(["acts", "clear text", "computed", "new code", "recipients", "wider role"]),
  about: z.string(),
  says: z.string(),
});

const meshChanges = z.object({
  flows: z.object({ added: z.array(flow), removed: z.array(flow), changed: z.array(flowChange) }),
  settings: z.array(settingChange),
  hooks: z.array(hookEdit),
  secrets: z.object({ added: z.array(crossing), removed: z.array(crossing) }),
  capabilities: z.array(capabilityChange),
  destinations: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  risks: z.array(risk),
});

/** A report, as `meshroom diff --json` prints it. */
export const reportShape = z.object({
  version: z.literal(1),
  /** What was compared: a revision as it was asked for, or `working tree`. */
  base: z.string(),
  head: z.string(),
  stacks: z.array(z.object({ stack: z.string().optional(), ...meshChanges.shape })),
  /** Key ids that can read secrets.gpg now and could not, and the other way round. */
  recipients: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
});

export type Report = z.infer<typeof reportShape>;
export type Flow = z.infer<typeof flow>;
export type MeshChanges = z.infer<typeof meshChanges>;
export type FlowChange = z.infer<typeof flowChange>;
export type SettingChange = z.infer<typeof settingChange>;
export type HookEdit = z.infer<typeof hookEdit>;
export type CapabilityChange = z.infer<typeof capabilityChange>;
export type Risk = z.infer<typeof risk>;

/** Nothing in it differs. */
export function isEmptyReport({ stacks, recipients }: Report): boolean {
  return stacks.every(isUnchanged) && recipients.added.length + recipients.removed.length === 0;
}

export function isUnchanged({ flows, settings, hooks, secrets, capabilities, destinations }: MeshChanges): boolean {
  const lists = [
    ...Object.values(flows),
    settings,
    hooks,
    ...Object.values(secrets),
    capabilities,
    ...Object.values(destinations),
  ];
  return lists.every((list) => list.length === 0);
}

/** `1 new flow, 3 set up again, nothing removed`. */
export function headline({ flows, settings, hooks }: MeshChanges): string {
  const effects = (effect: FlowChange["effect"]) => flows.changed.filter((each) => each.effect === effect).length;
  const parts = [
    flows.added.length > 0 ? `${flows.added.length} new ${flows.added.length === 1 ? "flow" : "flows"}` : undefined,
    effects("replaced") > 0 ? `${effects("replaced")} replaced` : undefined,
    effects("set up again") > 0 ? `${effects("set up again")} set up again` : undefined,
    effects("recorded") > 0 ? `${effects("recorded")} changed without a hook that runs` : undefined,
    flows.removed.length > 0 ? `${flows.removed.length} removed` : undefined,
  ].filter((part) => part !== undefined);
  const broken = [...flows.added, ...flows.changed.map(({ after }) => after)].filter(
    ({ problem }) => problem !== undefined,
  );
  if (broken.length > 0) parts.push(`${broken.length} can't be set up`);
  if (parts.length === 0) return settings.length + hooks.length > 0 ? "no flow changes" : "nothing changes";
  return [...parts, ...(flows.removed.length > 0 ? [] : ["nothing removed"])].join(", ");
}
