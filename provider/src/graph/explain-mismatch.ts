// Why a plug has no matching capabilities: which are missing, or which constraints of the closest ones differ.

import { joinWords, meshroomCommand } from "../base/words";
import type { Diagnostic } from "../diagnostic";
import { verbOf } from "../model/capability";
import type { Capability, Plug, PlugKind, Role } from "../model/types";
import { kindsOf, rolesOf } from "./choose-capabilities";
import type { Endpoint, Endpoints } from "./find-ends";
import { servesTopic } from "./match";

/** A constraint that has different values in two or three places. */
interface Conflict {
  key: string;
  values: { place: "source" | "destination" | "plug"; value: string }[];
}

interface Pair {
  source: Capability;
  destination: Capability;
  conflicts: Conflict[];
}

/** The errors of a plug for which no combination of capabilities can be chosen. */
export function explainMismatch(plug: Plug, ends: Endpoints): Diagnostic[] {
  const kind = likelyKind(plug, ends);
  const roles = rolesOf(kind);
  const sources = capabilitiesFor(plug, ends.source, roles.source);
  const destinations = capabilitiesFor(plug, ends.destination, roles.destination);
  const missing: Diagnostic[] = [];
  if (sources.length === 0) missing.push(explainMissing(plug, ends.source, ends.destination, roles.source));
  if (destinations.length === 0) missing.push(explainMissing(plug, ends.destination, ends.source, roles.destination));
  if (missing.length > 0) return missing;
  return [explainConflict(plug, ends, kind, pairUp(plug, sources, destinations))];
}

/** The kind for which most ends have a capability: what the author most likely meant. */
function likelyKind(plug: Plug, ends: Endpoints): PlugKind {
  const countEnds = (kind: PlugKind) =>
    Number(capabilitiesFor(plug, ends.source, rolesOf(kind).source).length > 0) +
    Number(capabilitiesFor(plug, ends.destination, rolesOf(kind).destination).length > 0);
  const [best] = [...kindsOf(plug)].sort((a, b) => countEnds(b) - countEnds(a));
  return best ?? "data";
}

function capabilitiesFor(plug: Plug, end: Endpoint, role: Role): readonly Capability[] {
  return end.product.capabilities.filter(
    (capability) => capability.role === role && servesTopic(capability, plug.topic),
  );
}

function explainMissing(plug: Plug, end: Endpoint, peer: Endpoint, role: Role): Diagnostic {
  const { name, integrations } = end.product;
  const integration = integrations.find(
    (candidate) => candidate.target === peer.product.name && candidate.topic === plug.topic && candidate.role === role,
  );
  const but = integration
    ? `; it has ${integration.manifest ?? integration.path}, but only its definition says what a product can do`
    : "";
  return {
    code: "CAPABILITY_MISSING",
    severity: "error",
    summary: `the plug ${plug.src_instance} -> ${plug.dst_instance} needs a ${role} of ${plug.topic} at ${end.instance.address}, but no ${verbOf(role)} entry of product ${name} serves it${but}`,
    remedy: meshroomCommand("create capability", [name, plug.topic, role]),
    at: plug.at,
  };
}

/** Every pair of capabilities with its conflicts, the closest pair first, equals in manifest order. */
function pairUp(plug: Plug, sources: readonly Capability[], destinations: readonly Capability[]): Pair[] {
  const pairs = sources.flatMap((source) =>
    destinations.map((destination) => ({ source, destination, conflicts: findConflicts(plug, source, destination) })),
  );
  return pairs.sort((a, b) => a.conflicts.length - b.conflicts.length);
}

function findConflicts(plug: Plug, source: Capability, destination: Capability): Conflict[] {
  const places = { source: source.constraints, destination: destination.constraints, plug: plug.constraints };
  const keys = new Set(Object.values(places).flatMap(Object.keys));
  return [...keys].sort().flatMap((key) => {
    const values = (["source", "destination", "plug"] as const).flatMap((place) => {
      const value = Object.hasOwn(places[place], key) ? places[place][key] : undefined;
      return value === undefined ? [] : [{ place, value }];
    });
    return new Set(values.map(({ value }) => value)).size > 1 ? [{ key, values }] : [];
  });
}

function explainConflict(plug: Plug, ends: Endpoints, kind: PlugKind, pairs: readonly Pair[]): Diagnostic {
  const closest = pairs[0] as Pair;
  const roles = rolesOf(kind);
  const places = {
    source: `at the ${roles.source} ${ends.source.instance.address}`,
    destination: `at the ${roles.destination} ${ends.destination.instance.address}`,
    plug: "in the plug",
  };
  const conflicts = closest.conflicts.map(
    ({ key, values }) => `${key} is ${joinWords(values.map(({ place, value }) => `${value} ${places[place]}`))}`,
  );
  const others = pairs.length > 1 ? ` (the closest of ${pairs.length} combinations)` : "";
  return {
    code: "CAPABILITY_MISMATCH",
    severity: "error",
    summary: `no ${plug.topic} capabilities of ${plug.src_instance} and ${plug.dst_instance} match in this plug: ${conflicts.join("; ")}${others}`,
    remedy: repairConflict(plug, ends, roles.destination, closest),
    at: plug.at,
  };
}

/** Where the plug is at odds with an end, the plug is what its author can change; else the destination learns what the source offers. */
function repairConflict(plug: Plug, ends: Endpoints, role: Role, { source, destination, conflicts }: Pair): string {
  const withPlug = conflicts.filter(({ values }) => values.some(({ place }) => place === "plug"));
  if (withPlug.length > 0) {
    const keys = joinWords(withPlug.map(({ key }) => key));
    return `change ${keys} in ${plug.manifest}, or the capabilities at ${placeOf(source)} and ${placeOf(destination)}`;
  }
  const { mode, format } = source.constraints;
  const options = [...(mode ? ["--mode", mode] : []), ...(format ? ["--format", format] : [])];
  return meshroomCommand("create capability", [ends.destination.product.name, plug.topic, role], options);
}

function placeOf({ at }: Capability): string {
  return `${at.file}:${at.line}`;
}
