// The engine's events, reduced to what people are shown. They carry whole states, and debug events carry secrets in clear:
// nothing of an event that is not named here is kept or passed on.
import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { isAttributed } from "../../hooks/hosts/attributed";
import { planIn } from "../../mesh/pack-plan";
import { meshType, providerTypes } from "../../mesh/stored";

/** What a resource stands for. `internal`: the stack, the mesh as a whole, providers. `other`: resources of the program that are not ours. */
export interface ResourceRef {
  urn: string;
  kind: "plug" | "instance" | "product" | "internal" | "other";
  name: string;
}

export type Operation = "same" | "create" | "update" | "replace" | "delete" | "refresh";

/** What is planned for a resource, or is being done to it. */
export interface Change extends ResourceRef {
  operation: Operation;
  /** Names of the inputs that differ. */
  changed: readonly string[];
  /** Of a plug: what its hooks do, in order. */
  steps: readonly string[];
}

export type RunEvent =
  | { type: "started"; change: Change }
  /** What a plug's hooks do right now: `2/3 siem: Create an intake`. */
  | { type: "step"; resource: ResourceRef; text: string }
  | { type: "done"; change: Change }
  | { type: "failed"; change: Change }
  /** The last run was ended while it was at work on these. */
  | { type: "interrupted"; resources: readonly ResourceRef[] }
  /** What a plug's hooks have printed and logged, each line behind the hook's title. */
  | { type: "lines"; resource: ResourceRef; severity: "info" | "warning"; lines: readonly string[] }
  | { type: "message"; resource: ResourceRef | undefined; severity: "info" | "warning" | "error"; text: string };

const kinds: Readonly<Record<string, ResourceRef["kind"]>> = {
  [providerTypes.plug]: "plug",
  [providerTypes.instance]: "instance",
  [providerTypes.product]: "product",
  [meshType]: "internal",
  "pulumi:pulumi:Stack": "internal",
};

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`; a name may hold `::`. */
export function resourceOf(urn: string): ResourceRef {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.slice(types.lastIndexOf("$") + 1);
  const kind = kinds[type] ?? (type.startsWith("pulumi:providers:") ? "internal" : "other");
  return { urn, kind, name: name.join("::") };
}

/** Replacing deletes and creates: one operation for people. */
const operations: Readonly<Record<string, Operation>> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  refresh: "refresh",
  read: "refresh",
};

/** The event as people see it; undefined for all that they do not. */
export function reduceEvent(event: EngineEvent): RunEvent | undefined {
  if (event.resourcePreEvent) return started(event.resourcePreEvent.metadata);
  if (event.resOutputsEvent) return ended("done", event.resOutputsEvent.metadata);
  if (event.resOpFailedEvent) return ended("failed", event.resOpFailedEvent.metadata);
  return event.diagnosticEvent && message(event.diagnosticEvent);
}

function started(metadata: StepEventMetadata): RunEvent | undefined {
  const change = changeOf(metadata);
  return change && { type: "started", change };
}

function ended(type: "done" | "failed", metadata: StepEventMetadata): RunEvent | undefined {
  const change = changeOf(metadata);
  // The first half of a replacement: its end is that of the second.
  if (type === "done" && metadata.op === "delete-replaced") return undefined;
  return change && { type, change };
}

function changeOf(metadata: StepEventMetadata): Change | undefined {
  const operation = operations[metadata.op];
  if (!operation) return undefined;
  return { ...resourceOf(metadata.urn), operation, changed: changedInputs(metadata), steps: stepsOf(metadata) };
}

/** Names only: the engine's own list is empty for providers that say no more than that something differs. */
function changedInputs({ old, new: next }: StepEventMetadata): string[] {
  const [before, after] = [old?.inputs, next?.inputs];
  if (!before || !after) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !name.startsWith("__"));
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}

/** Titles of set-up steps stand in the inputs; those of teardown in the plan of what was set up. */
function stepsOf({ op, old, new: next }: StepEventMetadata): string[] {
  if (op !== "delete") return texts(next?.inputs?.steps ?? []);
  const outputs = old?.outputs ?? {};
  const touched = texts(outputs.__touched);
  const plan = planIn(outputs);
  if (!plan) return [];
  return plan.steps
    .filter(({ kind, side }) => kind === "teardown" && touched.includes(side))
    .map(({ side, title }) => `${plan.ends[side].address}: ${title}`);
}

function texts(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === "string") : [];
}

type Diagnostic = NonNullable<EngineEvent["diagnosticEvent"]> & { ephemeral?: boolean };

/** What the engine and the program say after it has been said what was wrong. */
const commonplaces = [
  /^(update|preview|destroy|refresh) (failed|cancell?ed)$/,
  /^Unhandled exception: Error: resource .* failed to register/,
  /^One or more errors occurred\b/,
];

function message({ severity, urn, ...said }: Diagnostic): RunEvent | undefined {
  if (severity !== "info" && severity !== "warning" && severity !== "error") return undefined;
  const text = said.message.replace(/<\{%.*?%\}>/g, "").trim();
  const resource = urn ? resourceOf(urn) : undefined;
  if (text === "" || commonplaces.some((pattern) => pattern.test(text))) return undefined;
  const pending = interruptedResources(text);
  if (pending.length > 0) return { type: "interrupted", resources: pending };
  if (said.ephemeral) return resource && { type: "step", resource, text };
  if (resource?.kind === "plug" && severity !== "error" && isAttributed(text))
    return { type: "lines", resource, severity, lines: text.split("\n") };
  return { type: "message", resource, severity, text };
}

/** In the engine's long words about pending operations: `  * URN, interrupted while creating`. */
function interruptedResources(text: string): ResourceRef[] {
  if (!/pending operations? from previous deployment/.test(text)) return [];
  return [...text.matchAll(/^\s*\* (urn:.*), interrupted while \w+$/gm)].map(([, urn]) => resourceOf(String(urn)));
}
