// Connects two instances: writes the manifest of a plug, provided that it can be set up.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "yaml";
import { keyOf } from "../../base/key-value";
import { meshroomCommand } from "../../base/words";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { findCycles } from "../../graph/cycles";
import { isResolved, type ResolvedPlug, resolveEnds, resolvePlug } from "../../graph/resolve-plug";
import { hookFilesOf } from "../../hooks/describing/select";
import { hooksOf, requireDescribed } from "../../mesh/open";
import { plugOwner } from "../../mesh/secrets";
import { editManifest, setIn } from "../../model/edit-manifest";
import { joinPlugName } from "../../model/file-name";
import { checkName } from "../../model/name";
import type { Constraints, Mode, Plug, Project, Setting } from "../../model/types";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import type { FirstRecipient } from "../../secrets/create-key";
import { FileChanges } from "../files/file-changes";
import { ambiguousPlug, findPlugs } from "../finding/find-plugs";
import { editsOf, type GivenSettings, missingWarnings, requireSecret, valuesAfter } from "../settings/given-settings";
import { findSetting, type SettingEdit, unknownSetting, writeEdits } from "../settings/setting-edits";
import { storeSecrets } from "../settings/store-secrets";

export interface PlugRequest {
  topic: string;
  /** Address of an existing instance. */
  source: string;
  destination: string;
  /** Those that were said. */
  constraints: Constraints;
  /** Address of the instance that is to set up both ends alone. */
  owner?: string;
}

/** A plug that exists, or could. */
export interface PlugDraft {
  resolved: ResolvedPlug;
  isNew: boolean;
  /** Settings of each end's integration. */
  settings: Readonly<Record<ConfigKey, readonly Setting[]>>;
}

export type ConfigKey = "src_config" | "dst_config";

export interface Plugged {
  manifest: string;
  source: string;
  destination: string;
  topic: string;
  constraints: Constraints;
  /** Why these ends set it up. */
  reason: string;
  /** What `up` will do, in order: `siem: Open an intake`. */
  steps: readonly string[];
  isNew: boolean;
  changed: readonly string[];
  secrets: readonly string[];
  firstRecipient?: FirstRecipient;
  warnings: Diagnostic[];
}

/**
 * The plug that fits, or a new one with all that its capabilities decide. The instances exist.
 * @throws MeshroomError all that `resolvePlug` finds wrong; PLUG_AMBIGUOUS, PLUG_CYCLE, NAME_INVALID, HOOK_LOAD
 */
export function draftPlug(project: Project, request: PlugRequest): PlugDraft {
  const problem = checkName("topic", request.topic);
  if (problem) throw new MeshroomError(problem);
  const { topic, source, destination, constraints } = request;
  const [existing, ...others] = findPlugs(project, { topic, source, destination, constraints });
  if (existing && others.length > 0) throw new MeshroomError(ambiguousPlug(project, [existing, ...others], "plug"));
  const resolved = existing ? resolve(project, existing) : resolveNew(project, request);
  const settings = {
    src_config: resolved.source.integration?.settings ?? [],
    dst_config: resolved.destination.integration?.settings ?? [],
  };
  return { resolved, isNew: existing === undefined, settings };
}

/** All or nothing. @throws MeshroomError as `addInstance` */
export async function plugInstances(
  project: Project,
  draft: PlugDraft,
  given: GivenSettings,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<Plugged> {
  const { resolved, isNew, settings } = draft;
  const { plug, topic, mode, constraints, reason } = resolved;
  const edits = splitEdits(draft, given);
  const secrets = given.secrets ?? new Map<string, string>();
  const both = { subject: `plug ${plug.manifest}`, settings: [...settings.src_config, ...settings.dst_config] };
  for (const key of secrets.keys()) requireSecret(both, key);
  const configure = (options: string[]) =>
    meshroomCommand("plug", [topic, plug.src_instance, plug.dst_instance], ["-m", mode, ...options]);
  const warnings = (["src_config", "dst_config"] as const).flatMap((key) => {
    const owner = { subject: both.subject, settings: settings[key] };
    return missingWarnings(owner, valuesAfter(owner, plug[key], edits[key]), configure);
  });

  const changes = new FileChanges(project.root);
  const before = isNew ? "" : readFileSync(join(project.root, plug.manifest), "utf8");
  const after = editManifest(
    before,
    (document) => {
      if (isNew) writePlug(document, resolved);
      for (const key of ["src_config", "dst_config"] as const) writeEdits(document, edits[key], key);
    },
    plug.manifest,
  );
  if (isNew || after !== before) changes.write(plug.manifest, after);
  const store = await changes.apply(() =>
    storeSecrets({ project, environment, policy }, secrets, (name) => ({ owner: plugOwner(plug, mode), name })),
  );
  return {
    manifest: plug.manifest,
    source: plug.src_instance,
    destination: plug.dst_instance,
    topic,
    constraints,
    reason,
    steps: resolved.setup.map(({ instance, hook }) => `${instance}: ${hook.title}`),
    isNew,
    changed: after === before ? [] : [...edits.src_config, ...edits.dst_config].map(({ path }) => path.join(".")),
    secrets: [...secrets.keys()],
    firstRecipient: store.firstRecipient,
    warnings: [...warnings, ...store.problems],
  };
}

/** `ends`: as they were resolved for a plug that is new. */
function resolve(project: Project, plug: Plug, ends = resolveEnds(project, plug)): ResolvedPlug {
  if (!isResolved(ends)) throw new MeshroomError(withoutPlace(project, plug, ends.problems));
  const described = requireDescribed(project, [ends.source, ends.destination].flatMap(hookFilesOf));
  const resolved = resolvePlug(project, plug, hooksOf(described), ends);
  if (!isResolved(resolved)) throw new MeshroomError(withoutPlace(project, plug, resolved.problems));
  return resolved;
}

/** The manifest of a new plug is no place to look at, nor to change. */
function withoutPlace(project: Project, plug: Plug, problems: readonly Diagnostic[]): Diagnostic[] {
  if (project.plugs.includes(plug)) return [...problems];
  return problems.map((problem) => {
    const remedy = problem.remedy?.replace(` in ${plug.manifest}`, "");
    return problem.at?.file === plug.manifest ? { ...problem, remedy, at: undefined, frame: undefined } : problem;
  });
}

/** @throws MeshroomError PLUG_CYCLE */
function resolveNew(project: Project, request: PlugRequest): ResolvedPlug {
  const { topic, source, destination, constraints, owner } = request;
  const folder = `${requireFolder(project, source)}/plugs/${destinationName(project, destination)}`;
  const draft: Plug = {
    manifest: `${folder}/${topic}.yaml`,
    src_instance: source,
    dst_instance: destination,
    topic,
    kind: undefined,
    constraints,
    ...(owner !== undefined && { owner }),
    src_config: {},
    dst_config: {},
    settings: {},
    at: { file: `${folder}/${topic}.yaml`, line: 1, column: 1 },
    problems: [],
  };
  const ends = resolveEnds(project, draft);
  if (!isResolved(ends)) throw new MeshroomError(withoutPlace(project, draft, ends.problems));
  const manifest = `${folder}/${freeName(project, folder, topic, ends.constraints)}.yaml`;
  // What the capabilities decide now is written down, so that a later capability doesn't change what is plugged.
  const at = { ...draft.at, file: manifest };
  const plug = { ...draft, kind: ends.kind, constraints: ends.constraints, manifest, at };
  const resolved = resolve(project, plug, ends);
  refuseCycle(project, resolved);
  return resolved;
}

function requireFolder(project: Project, address: string): string {
  const instance = project.instances.find((each) => each.address === address);
  if (!instance) throw new RangeError(`${address} is no instance`);
  return instance.path;
}

function destinationName(project: Project, address: string): string {
  return project.instances.find((each) => each.address === address)?.name ?? address;
}

/** The name that the Python tool reads, `<topic>[_pull]`, unless another plug has it: then format and mode tell them apart, or a number. */
function freeName(project: Project, folder: string, topic: string, { mode, format }: Constraints): string {
  const taken = new Set(project.plugs.map(({ manifest }) => manifest.replace(/\.ya?ml$/, "")));
  const isFree = (name: string) => !taken.has(`${folder}/${name}`);
  const spoken = joinPlugName({ topic, format, mode: mode as Mode });
  const [name] = [mode === "pull" ? `${topic}_pull` : topic, spoken].filter(isFree);
  if (name !== undefined) return name;
  // Before the topic, where a number is not taken for a format.
  let number = 2;
  while (!isFree(`${number}-${spoken}`)) number++;
  return `${number}-${spoken}`;
}

function writePlug(document: Document, { plug, topic, kind, constraints }: ResolvedPlug): void {
  setIn(document, ["src_instance"], plug.src_instance);
  setIn(document, ["dst_instance"], plug.dst_instance);
  setIn(document, ["topic"], topic);
  for (const [key, value] of Object.entries(constraints)) setIn(document, [key], value);
  if (kind === "action") setIn(document, ["kind"], "trigger");
  if (plug.owner !== undefined) setIn(document, ["owner"], plug.owner);
}

function refuseCycle(project: Project, added: ResolvedPlug): void {
  const others = project.plugs.flatMap((plug) => {
    const ends = resolveEnds(project, plug);
    const unset = { owners: [], setup: [], teardown: [], status: [], reason: "" };
    return isResolved(ends) ? [{ ...ends, ...unset, plug }] : [];
  });
  const problem = findCycles([...others, added]).get(added.plug);
  if (problem) throw new MeshroomError({ ...problem, at: undefined, frame: undefined });
}

/** Each edit goes to the end whose integration declares it: `src.` and `dst.` say which where both do. */
function splitEdits({ resolved, settings }: PlugDraft, given: GivenSettings): Record<ConfigKey, SettingEdit[]> {
  const subject = `plug ${resolved.plug.manifest}`;
  const typed: Record<ConfigKey, string[]> = { src_config: [], dst_config: [] };
  for (const assignment of given.assignments ?? []) {
    const [, prefix, rest] = /^(src|dst)\.(.+)$/s.exec(assignment) ?? [];
    if (prefix && rest) typed[`${prefix as "src" | "dst"}_config`].push(rest);
    else typed[endOf(assignment, settings, subject)].push(assignment);
  }
  const edits = (key: ConfigKey) => [
    ...editsOf({ subject, settings: settings[key] }, { assignments: typed[key] }),
    ...(given.edits ?? [])
      .filter(({ path }) => path[0] === key)
      .map(({ path, value }) => ({ path: path.slice(1), value })),
  ];
  return { src_config: edits("src_config"), dst_config: edits("dst_config") };
}

function endOf(assignment: string, settings: PlugDraft["settings"], subject: string): ConfigKey {
  const key = keyOf(assignment);
  const [isSource, isDestination] = [settings.src_config, settings.dst_config].map((each) => findSetting(each, key));
  if (isSource && isDestination) {
    throw new MeshroomError({
      code: "CONFIG_INVALID",
      severity: "error",
      summary: `both ends of ${subject} have a setting \`${key}\``,
      remedy: `write \`-c src.${assignment}\` or \`-c dst.${assignment}\``,
    });
  }
  if (!isSource && !isDestination && assignment.includes("=")) {
    throw new MeshroomError(
      unknownSetting({ subject, settings: [...settings.src_config, ...settings.dst_config] }, key),
    );
  }
  return isSource ? "src_config" : "dst_config";
}
