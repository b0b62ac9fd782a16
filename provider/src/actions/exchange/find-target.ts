// What an exchange is with: a plug between two instances, or one instance alone.

import { nearest } from "../../base/suggest";
import { describeConstraints } from "../../base/words";
import { MeshroomError } from "../../diagnostic";
import { plugName } from "../../graph/render";
import { isResolved, type PlugEnd, type ResolvedEnds, resolveEnds } from "../../graph/resolve-plug";
import { type HookEnd, hookFilesOf } from "../../hooks/describing/select";
import { type DescribedFiles, requireDescribed } from "../../mesh/open";
import type { Instance, Mode, Plug, Product, Project } from "../../model/types";
import { findPlugs, unknownPlug } from "../finding/find-plugs";
import { requireInstance, requireProduct } from "../finding/lookup";
import { chooseHook, type ExchangeKind, rolesServing, type ServingHook } from "./choose-hook";

export interface ExchangeQuery {
  kind: ExchangeKind;
  topic: string;
  /** With `destination`, the source of a plug. */
  instance: string;
  destination?: string;
  mode?: Mode;
  format?: string;
}

/** An end of a plug, or an instance alone, in one role. */
export interface ExchangeEnd extends HookEnd {
  instance: Instance;
  /** Undefined for an instance alone. */
  side?: PlugEnd["side"];
}

export interface ExchangeTarget extends ServingHook<ExchangeEnd> {
  /** Undefined for an instance alone. */
  plug?: { manifest: Plug; name: string; ends: ResolvedEnds };
}

/**
 * The hook that serves, and what it serves. Without a destination the instance alone is asked, by a hook of its product; where the product
 * has none, the instance's only plug that has one.
 * @throws MeshroomError INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS, PLUG_UNKNOWN, PLUG_AMBIGUOUS, HOOK_NOT_FOUND, HOOK_LOAD, and what is wrong with the plug
 */
export function findTarget(project: Project, query: ExchangeQuery): ExchangeTarget {
  const instance = requireInstance(project, query.instance);
  const product = requireProduct(project, instance.product);
  if (query.destination !== undefined)
    return plugTarget(project, query, instance, requireInstance(project, query.destination));
  const alone = instanceTarget(project, query, instance, product);
  if (alone) return alone;
  const plugs = findPlugs(project, { ...saidOf(query), instance: instance.address });
  const served = plugs.flatMap((plug) => targetOf(project, query.kind, plug) ?? []);
  if (served.length === 1) return served[0] as ExchangeTarget;
  throw new MeshroomError(served.length > 1 ? severalPlugs(query, served) : noHook(query, instance.address, product));
}

function instanceTarget(
  project: Project,
  query: ExchangeQuery,
  instance: Instance,
  product: Product,
): ExchangeTarget | undefined {
  const { topic, constraints } = saidOf(query);
  // `trigger` on an instance alone has it run the action: there is no other end to do so.
  const kinds: ExchangeKind[] = query.kind === "trigger" ? ["execute"] : [query.kind];
  for (const kind of kinds) {
    const ends = rolesServing[kind].map((role): ExchangeEnd => ({ product, role, topic, constraints, instance }));
    const found = chooseHook(kind, ends, describe(project, ends));
    if (found) return found;
  }
  return undefined;
}

function plugTarget(project: Project, query: ExchangeQuery, source: Instance, destination: Instance): ExchangeTarget {
  const asked = { ...saidOf(query), source: source.address, destination: destination.address };
  const between = findPlugs(project, asked);
  const [plug, ...others] = between;
  if (!plug) throw new MeshroomError(unknownPlug(project, asked));
  const found = between.flatMap((each) => targetOf(project, query.kind, each) ?? []);
  if (others.length > 0 && found.length > 1) throw new MeshroomError(severalPlugs(query, found));
  if (found[0]) return found[0];
  throw new MeshroomError(noHook(query, plugName(plug), requireProduct(project, source.product)));
}

function saidOf({ topic, mode, format }: ExchangeQuery) {
  return { topic, constraints: { ...(mode && { mode }), ...(format !== undefined && { format }) } };
}

/** @throws MeshroomError what keeps the plug from being resolved */
function targetOf(project: Project, kind: ExchangeKind, plug: Plug): ExchangeTarget | undefined {
  const resolved = resolveEnds(project, plug);
  if (!isResolved(resolved)) throw new MeshroomError(resolved.problems);
  const ends: (PlugEnd & ExchangeEnd)[] = [resolved.source, resolved.destination];
  const found = chooseHook<ExchangeEnd>(kind, ends, describe(project, ends));
  return found && { ...found, plug: { manifest: plug, name: plugName(plug), ends: resolved } };
}

function describe(project: Project, ends: readonly HookEnd[]): DescribedFiles {
  return requireDescribed(project, ends.flatMap(hookFilesOf));
}

function severalPlugs(
  { kind, topic, instance }: ExchangeQuery,
  found: readonly ExchangeTarget[],
): MeshroomError["diagnostics"] {
  const listed = found.flatMap(({ plug, end }) =>
    plug ? [`${plug.name} (${describeConstraints(end.constraints)})`] : [],
  );
  return [
    {
      code: "PLUG_AMBIGUOUS",
      severity: "error",
      summary: `several plugs of ${instance} serve ${kind} ${topic}: ${listed.join("; ")}`,
      remedy: "name the destination as well, or `--mode` and `--format` where that is not enough",
    },
  ];
}

function noHook({ kind, topic }: ExchangeQuery, where: string, product: Product): MeshroomError["diagnostics"] {
  const served =
    kind === "trigger"
      ? "neither a trigger hook at the trigger's end nor an execute hook of the instance"
      : `no ${kind} hook`;
  const topics = product.capabilities.flatMap((capability) => capability.topic ?? []);
  const guess = topics.includes(topic) ? undefined : nearest(topic, topics);
  const scaffold = `export one from a file in ${product.path}: \`import { ${kind} } from "pulumi-meshroom/hooks"\``;
  return [
    {
      code: "HOOK_NOT_FOUND",
      severity: "error",
      summary: `${where} has ${served} for ${topic}`,
      remedy: guess === undefined ? scaffold : `did you mean ${guess}?`,
    },
  ];
}
