// How a mesh's resources are called: as in the tree, or behind the mesh's own name where the program has another mesh with such names.
import type { Resource } from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime";

/** Names that meshes have taken, by run: the Automation API runs a program more than once in a process. */
const taken = new WeakMap<object, Set<string>>();
const withoutEngine = {};

/**
 * Whether the mesh's name stands before those of its resources: `wanted`, or else where they would not be the first of such names. The first
 * mesh of a program has none, for users' states have such names. `names`: those of its resources, each with its kind.
 */
export function isPrefixed(
  parent: Resource | undefined,
  mesh: string,
  names: readonly string[],
  wanted: boolean | undefined,
): boolean {
  const all = takenInRun();
  // A name is one in a URN: below other types it is another resource.
  const keys = (prefix: string) => names.map((name) => `${typesOf(parent)}\n${prefix}\n${name}`);
  const isWanted = wanted ?? keys("").some((key) => all.has(key));
  for (const key of keys(isWanted ? mesh : "")) all.add(key);
  return isWanted;
}

function takenInRun(): Set<string> {
  const run = getMonitor() ?? withoutEngine;
  const names = taken.get(run) ?? new Set();
  taken.set(run, names);
  return names;
}

/** The types of a resource and all that it is in, as its URN begins. */
function typesOf(resource: Resource | undefined): string {
  if (!resource) return "";
  const { __pulumiType, __parentResource } = resource as unknown as {
    __pulumiType: string;
    __parentResource?: Resource;
  };
  return `${typesOf(__parentResource)}$${__pulumiType}`;
}
