// Which plugs `up` and `down` are about: `[INSTANCE] [TARGET] [TOPIC] [MODE]`, each narrowing down what the one before leaves.

import { type Diagnostic, MeshroomError } from "../../diagnostic";
import type { Mode, Plug, Project } from "../../model/types";
import { effectiveConstraints } from "./find-plug";
import { requireInstance } from "./lookup";

export interface PlugSelection {
  /** An end of the plug; with `target`, its source. */
  instance?: string;
  /** Its destination. */
  target?: string;
  topic?: string;
  mode?: Mode;
  /** Only these manifests: what names can't tell apart. */
  manifests?: ReadonlySet<string>;
}

/** What a selection looks at, whether it comes from the tree or from a state. */
export interface PlugEnds {
  manifest: string;
  source: string;
  destination: string;
  topic: string;
  mode: string;
}

export function isWholeMesh(selection: PlugSelection): boolean {
  return Object.values(selection).every((value) => value === undefined);
}

/** The selection with addresses in place of the names that were typed. @throws MeshroomError INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS */
export function resolveSelection(
  project: Project,
  selection: PlugSelection,
  others: Iterable<string> = [],
): PlugSelection {
  const known = new Set(others);
  const address = (name: string | undefined) =>
    name === undefined || known.has(name) ? name : requireInstance(project, name).address;
  return { ...selection, instance: address(selection.instance), target: address(selection.target) };
}

/** The selection's names are addresses. */
export function isChosen({ instance, target, topic, mode, manifests }: PlugSelection, plug: PlugEnds): boolean {
  if (manifests && !manifests.has(plug.manifest)) return false;
  const isEnd =
    target === undefined
      ? instance === undefined || instance === plug.source || instance === plug.destination
      : (instance === undefined || instance === plug.source) && target === plug.destination;
  return isEnd && (topic === undefined || topic === plug.topic) && (mode === undefined || mode === plug.mode);
}

/** The chosen plugs of the tree. @throws MeshroomError PLUG_UNKNOWN where something was asked for and nothing fits */
export function choosePlugs(project: Project, selection: PlugSelection): Plug[] {
  const resolved = resolveSelection(project, selection);
  const chosen = project.plugs.filter((plug) => isChosen(resolved, endsOf(project, plug)));
  if (chosen.length === 0 && !isWholeMesh(selection)) throw new MeshroomError(unknownPlug(project, resolved));
  return chosen;
}

/** A mode that the plug's manifest leaves open is decided by the capabilities of its ends. */
export function endsOf(project: Project, plug: Plug): PlugEnds {
  const { manifest, src_instance, dst_instance, topic } = plug;
  const mode = effectiveConstraints(project, plug).mode ?? "push";
  return { manifest, source: src_instance, destination: dst_instance, topic, mode };
}

/** Nothing fits: says what comes near. */
export function unknownPlug(project: Project, selection: PlugSelection): Diagnostic {
  const { instance, target, topic, mode } = selection;
  const ends = target === undefined ? ` at ${instance}` : ` from ${instance ?? "anywhere"} to ${target}`;
  const about = topic === undefined ? "" : ` for ${topic}`;
  const near = project.plugs.map((plug) => endsOf(project, plug)).filter((plug) => isChosen({ instance }, plug));
  const listed = near.map((plug) => `${plug.topic} ${plug.source} -> ${plug.destination} (${plug.mode})`);
  return {
    code: "PLUG_UNKNOWN",
    severity: "error",
    summary: `there is no ${mode ? `${mode} ` : ""}plug${instance === undefined && target === undefined ? "" : ends}${about}`,
    remedy:
      listed.length > 0 ? `there are: ${listed.join(", ")}` : "make one: `meshroom plug TOPIC SOURCE DESTINATION`",
  };
}
