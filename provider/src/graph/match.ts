// When two capabilities fit together: complementary roles, the same topic, and no constraint set to different values.
import type { Capability, Constraints, Role } from "../model/types";

/** Two capabilities that fit together, whichever of them was asked about. */
export interface Match {
  /** The producer or trigger. */
  source: Capability;
  /** The consumer or executor. */
  destination: Capability;
  /** Undefined where neither side names one. */
  topic: string | undefined;
  /** Every constraint set on either side. */
  constraints: Constraints;
}

const complements: Readonly<Record<Role, Role>> = {
  producer: "consumer",
  consumer: "producer",
  trigger: "executor",
  executor: "trigger",
};

/** The role that the other end of a plug must have. */
export function complementary(role: Role): Role {
  return complements[role];
}

export function isSourceRole(role: Role): boolean {
  return role === "producer" || role === "trigger";
}

/**
 * Every constraint set in `a` or in `b`; undefined where one is set to different values in both.
 * A constraint that one of them leaves unset always matches.
 */
export function combineConstraints(a: Constraints, b: Constraints): Constraints | undefined {
  for (const key of Object.keys(b)) {
    // own keys only: meshroom.yaml may name a constraint `constructor`
    if (Object.hasOwn(a, key) && a[key] !== b[key]) return undefined;
  }
  return { ...a, ...b };
}

/** How `a` and `b` fit together, in either order of the arguments; undefined where they do not. */
export function matchCapabilities(a: Capability, b: Capability): Match | undefined {
  if (b.role !== complementary(a.role)) return undefined;
  if (a.topic !== undefined && b.topic !== undefined && a.topic !== b.topic) return undefined;
  const [source, destination] = isSourceRole(a.role) ? [a, b] : [b, a];
  const constraints = combineConstraints(source.constraints, destination.constraints);
  if (!constraints) return undefined;
  return { source, destination, topic: source.topic ?? destination.topic, constraints };
}

/** Does the capability serve `topic`? One without a topic serves any; where no topic is asked for, every capability does. */
export function servesTopic(capability: Capability, topic: string | undefined): boolean {
  return topic === undefined || capability.topic === undefined || capability.topic === topic;
}

/**
 * Every match of a source capability among `sources` with a destination capability among `destinations`, in the order
 * in which they are given. With `topic`, only those that serve it, and the matches are about it.
 */
export function* matchesBetween(
  sources: readonly Capability[],
  destinations: readonly Capability[],
  topic?: string,
): Generator<Match> {
  const receivers = destinations.filter(
    (capability) => !isSourceRole(capability.role) && servesTopic(capability, topic),
  );
  for (const source of sources) {
    if (!isSourceRole(source.role) || !servesTopic(source, topic)) continue;
    for (const destination of receivers) {
      const match = matchCapabilities(source, destination);
      if (match) yield topic === undefined ? match : { ...match, topic };
    }
  }
}
