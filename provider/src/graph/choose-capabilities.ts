// Which capability of each product a plug uses: the most specific combination that the plug's own constraints allow.
import type { Constraints, Mode, Plug, PlugKind, Product, Role } from "../model/types";
import { combineConstraints, type Match, matchesBetween } from "./match";

export interface CapabilityChoice {
  kind: PlugKind;
  match: Match;
  mode: Mode;
  /** Every constraint set on either side or in the plug, and `mode`; sorted by key. */
  constraints: Constraints;
}

interface Candidate extends CapabilityChoice {
  /** How many constraints the ends and the plug set: a mode that is there by default does not count. */
  specificity: number;
}

/** The roles of a plug's source and destination. */
export function rolesOf(kind: PlugKind): { source: Role; destination: Role } {
  return kind === "data"
    ? { source: "producer", destination: "consumer" }
    : { source: "trigger", destination: "executor" };
}

/** The kinds that a plug may be, the preferred one first. */
export function kindsOf(plug: Plug): readonly PlugKind[] {
  return plug.kind ? [plug.kind] : ["data", "action"];
}

/**
 * The most specific combination for a plug: the one with most constraints set. Among equals one that names the topic is
 * preferred to one for any topic, then push (the mode of a plug that names none), then the first in manifest order.
 */
export function chooseCapabilities(plug: Plug, source: Product, destination: Product): CapabilityChoice | undefined {
  const matches = [...matchesBetween(source.capabilities, destination.capabilities, plug.topic)];
  for (const kind of kindsOf(plug)) {
    const choices = matches
      .filter((match) => match.source.role === rolesOf(kind).source)
      .flatMap((match) => applyPlug(plug, kind, match) ?? []);
    const [best] = choices.sort(bySpecificity);
    if (best) return best;
  }
  return undefined;
}

function applyPlug(plug: Plug, kind: PlugKind, match: Match): Candidate | undefined {
  const combined = combineConstraints(match.constraints, plug.constraints);
  if (!combined) return undefined;
  const mode: Mode = combined.mode === "pull" ? "pull" : "push";
  const entries = Object.entries({ ...combined, mode }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind, match, mode, constraints: Object.fromEntries(entries), specificity: Object.keys(combined).length };
}

/** The sort is stable, so equals stay in manifest order. */
function bySpecificity(a: Candidate, b: Candidate): number {
  return (
    b.specificity - a.specificity ||
    countTopics(b.match) - countTopics(a.match) ||
    Number(b.mode === "push") - Number(a.mode === "push")
  );
}

function countTopics({ source, destination }: Match): number {
  return Number(source.topic !== undefined) + Number(destination.topic !== undefined);
}
