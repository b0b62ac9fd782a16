// Which plugs are meant: by their ends, their topic and their constraints, as far as somebody says them.
import { describeConstraints, joinWords, meshroomCommand } from "../../base/words";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { combineConstraints } from "../../graph/match";
import { isResolved, resolveEnds } from "../../graph/resolve-plug";
import type { Constraints, Plug, Project } from "../../model/types";
import { requireInstance } from "./lookup";

/** All that is said must fit; what is left open fits any. Ends are addresses, but for {@link resolveQuery}. */
export interface PlugQuery {
  /** Either end. */
  instance?: string;
  source?: string;
  destination?: string;
  topic?: string;
  constraints?: Constraints;
  /** Only these manifests: what names can't tell apart. */
  manifests?: ReadonlySet<string>;
}

/** What a query looks at, whether it comes from the tree or from a state. */
export interface PlugFacts {
  manifest: string;
  source: string;
  destination: string;
  topic: string;
  constraints: Constraints;
}

export function isWholeMesh(query: PlugQuery): boolean {
  return Object.values(query).every((value) => value === undefined);
}

/** The query with addresses in place of the names that were typed. @throws MeshroomError INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS */
export function resolveQuery(project: Project, query: PlugQuery, others: Iterable<string> = []): PlugQuery {
  const known = new Set(others);
  const address = (name: string | undefined) =>
    name === undefined || known.has(name) ? name : requireInstance(project, name).address;
  const { instance, source, destination } = query;
  return { ...query, instance: address(instance), source: address(source), destination: address(destination) };
}

export function fits(
  { instance, source, destination, topic, constraints = {}, manifests }: PlugQuery,
  plug: PlugFacts,
) {
  const isSaid = (said: string | undefined, found: string) => said === undefined || said === found;
  return (
    (manifests?.has(plug.manifest) ?? true) &&
    (instance === undefined || instance === plug.source || instance === plug.destination) &&
    isSaid(source, plug.source) &&
    isSaid(destination, plug.destination) &&
    isSaid(topic, plug.topic) &&
    combineConstraints(plug.constraints, constraints) !== undefined
  );
}

/** The plugs of the tree that fit. */
export function findPlugs(project: Project, query: PlugQuery): Plug[] {
  return project.plugs.filter((plug) => fits(query, factsOf(project, plug)));
}

/** As {@link findPlugs}, by names. @throws MeshroomError PLUG_UNKNOWN where something was asked for and nothing fits; as {@link resolveQuery} */
export function choosePlugs(project: Project, query: PlugQuery): Plug[] {
  const resolved = resolveQuery(project, query);
  const chosen = findPlugs(project, resolved);
  if (chosen.length === 0 && !isWholeMesh(query)) throw new MeshroomError(unknownPlug(project, resolved));
  return chosen;
}

/** The one that fits. @throws MeshroomError PLUG_UNKNOWN, PLUG_AMBIGUOUS with the commands of `verb` that say which */
export function requirePlug(project: Project, query: PlugQuery, verb: string): Plug {
  const [plug, ...others] = findPlugs(project, query);
  if (!plug) throw new MeshroomError(unknownPlug(project, query));
  if (others.length > 0) throw new MeshroomError(ambiguousPlug(project, [plug, ...others], verb));
  return plug;
}

/** What the plug carries as far as its capabilities tell, else what its manifest says. */
function factsOf(project: Project, plug: Plug): PlugFacts {
  const { manifest, src_instance: source, dst_instance: destination, topic } = plug;
  const ends = resolveEnds(project, plug);
  const constraints = isResolved(ends) ? ends.constraints : { mode: "push", ...plug.constraints };
  return { manifest, source, destination, topic, constraints };
}

/** Several plugs between the same ends. */
export function ambiguousPlug(project: Project, found: readonly [Plug, ...Plug[]], verb: string): Diagnostic {
  const { source, destination } = factsOf(project, found[0]);
  const topics = joinWords([...new Set(found.map(({ topic }) => topic))]);
  const commands = found.map((plug) => {
    const { topic, constraints } = factsOf(project, plug);
    const { mode, format } = constraints;
    const options = [...(mode ? ["-m", mode] : []), ...(format ? ["-f", format] : [])];
    return `\`${meshroomCommand(verb, [topic, source, destination], options)}\``;
  });
  return {
    code: "PLUG_AMBIGUOUS",
    severity: "error",
    summary: `${found.length} plugs carry ${topics} from ${source} to ${destination}: ${found.map(({ manifest }) => manifest).join(", ")}`,
    remedy: `say which: ${commands.join(" or ")}`,
  };
}

/** Nothing fits: says what comes near. */
export function unknownPlug(project: Project, query: PlugQuery): Diagnostic {
  const { instance, source, destination, topic, constraints = {} } = query;
  const described = describeConstraints(constraints);
  const words = [
    "there is no plug",
    topic !== undefined && `for ${topic}`,
    instance !== undefined && `at ${instance}`,
    source !== undefined && `from ${source}`,
    destination !== undefined && `to ${destination}`,
    described && `(${described})`,
  ];
  return {
    code: "PLUG_UNKNOWN",
    severity: "error",
    summary: words.filter(Boolean).join(" "),
    remedy: near(project, query) ?? "make one: `meshroom plug TOPIC SOURCE DESTINATION`",
  };
}

function near(project: Project, { instance, source, destination }: PlugQuery): string | undefined {
  if (source !== undefined && destination !== undefined) {
    const topics = new Set(findPlugs(project, { source, destination }).map(({ topic }) => `\`${topic}\``));
    const list = meshroomCommand("list plugs", [source, destination]);
    if (topics.size > 0) return `between the two there are plugs for ${[...topics].join(", ")}: see \`${list}\``;
    if (findPlugs(project, { source: destination, destination: source }).length > 0)
      return `there is one from ${destination} to ${source}: the source is named first`;
    return undefined;
  }
  const others = findPlugs(project, { instance, source, destination }).map((plug) => factsOf(project, plug));
  const listed = others.map((plug) => `${plug.topic} ${plug.source} -> ${plug.destination} (${plug.constraints.mode})`);
  return listed.length > 0 ? `there are: ${listed.join(", ")}` : undefined;
}
