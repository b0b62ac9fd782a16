// What changes between two revisions of a mesh, per stack, by their trees alone: no engine, no credentials, nothing of them is run.
import { compareMeshes } from "../../review/compare-meshes";
import { type MeshView, MeshViewer, type StackChoice } from "../../review/mesh-view";
import type { HookEdit, Report } from "../../review/report";
import { countLines, defaultBase, openIfThere, recipientsOf, type TreeAt, withTrees } from "../diff/revisions";
import { readStackFiles, unknownStack } from "../diff/stack-files";
import { findDeployment } from "../engine/deployment";

export interface DiffRequest {
  /** Absolute path of the project. */
  root: string;
  /** Revisions of git; the merge base with the default branch, and the working tree where absent. */
  base?: string;
  head?: string;
  /** Names of stacks; all that have a config file where empty. */
  stacks: readonly string[];
}

/** @throws MeshroomError PROJECT_NOT_FOUND, REVISION_MISSING, STACK_UNKNOWN */
export async function diffMeshes({ root, base, head, stacks }: DiffRequest): Promise<Report> {
  const from = base ?? (await defaultBase(root));
  return withTrees(root, from, head, async (before, after) => {
    const project = findDeployment(root).project;
    const [olds, news] = [readTree(before, project), readTree(after, project)];
    const names = chooseStacks(stacks, [...olds.stacks.keys(), ...news.stacks.keys()]);
    const reports = [];
    const lines = new LineCounts(root, before, after);
    for (const name of names) {
      const changes = compareMeshes(olds.view(name), news.view(name));
      const hooks = await Promise.all(changes.hooks.map((each) => lines.of(each)));
      reports.push({ ...(name !== undefined && { stack: name }), ...changes, hooks });
    }
    const [could, can] = [await recipientsOf(before), await recipientsOf(after)];
    return {
      version: 1 as const,
      base: before.name,
      head: after.name,
      stacks: reports,
      recipients: { added: can.filter((id) => !could.includes(id)), removed: could.filter((id) => !can.includes(id)) },
    };
  });
}

interface ReadTree {
  stacks: ReadonlyMap<string, StackChoice>;
  view(stack: string | undefined): MeshView;
}

const everything: StackChoice = { instances: undefined, settings: {} };
const nothing: MeshView = { instances: [], flows: [], capabilities: new Map(), hookFiles: new Map() };

/** A tree that is no project yet, or no more, has an empty mesh. */
function readTree({ root, program }: TreeAt, name: string): ReadTree {
  const project = openIfThere(root);
  const viewer = project && new MeshViewer(project);
  const stacks = program === undefined ? new Map<string, StackChoice>() : readStackFiles(program, name);
  return {
    stacks,
    view(stack) {
      const choice = stack === undefined ? everything : stacks.get(stack);
      return viewer && choice ? viewer.view(choice) : nothing;
    },
  };
}

/** One without a name where there are no stacks at all. */
function chooseStacks(wanted: readonly string[], known: readonly string[]): (string | undefined)[] {
  const names = [...new Set(known)].sort();
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw unknownStack(unknown, names);
  if (wanted.length > 0) return [...wanted];
  return names.length > 0 ? names : [undefined];
}

/** Of each edited file, counted once for all stacks. */
class LineCounts {
  readonly #counts = new Map<string, ReturnType<typeof countLines>>();

  constructor(
    private readonly root: string,
    private readonly before: TreeAt,
    private readonly after: TreeAt,
  ) {}

  async of(edited: HookEdit): Promise<HookEdit> {
    if (edited.change !== "edited") return edited;
    const counting = this.#counts.get(edited.file) ?? countLines(this.root, this.before, this.after, edited.file);
    this.#counts.set(edited.file, counting);
    const lines = await counting;
    return { ...edited, ...(lines && { lines }) };
  }
}
