// A selection of plugs as the engine takes it, and what of a run concerns it: what is wrong elsewhere in the mesh does not fail it.
import { plugName } from "../../graph/render";
import { meshType, providerTypes } from "../../mesh/stored";
import type { Plug, Project } from "../../model/types";
import type { ResourceRef } from "./events";
import { type EngineRun, isVerdict, type Problem } from "./run-engine";

/** The plugs of a selection and what they stand on. */
export interface Scope {
  targets: readonly string[];
  isWanted(resource: ResourceRef): boolean;
}

/** The engine makes nothing that is not named, parents included. */
export function scopeOf(project: Project, plugs: readonly Plug[]): Scope {
  const addresses = new Set(plugs.flatMap((plug) => [plug.src_instance, plug.dst_instance]));
  const products = project.instances.filter(({ address }) => addresses.has(address)).map(({ product }) => product);
  const names = { plug: plugs.map(plugName), instance: [...addresses], product: [...new Set(products)] };
  const pattern = (kind: keyof typeof providerTypes) => names[kind].map((name) => `**${providerTypes[kind]}::${name}`);
  return {
    targets: [
      "**::pulumi:pulumi:Stack::*",
      `**${meshType}::*`,
      ...pattern("product"),
      ...pattern("instance"),
      ...pattern("plug"),
    ],
    isWanted: ({ kind, name }) => kind in names && names[kind as keyof typeof names].includes(name),
  };
}

/** The part of a run that is about the selection; errors elsewhere become warnings. */
export function withinScope(run: EngineRun, scope: Scope): EngineRun {
  const changes = run.changes.filter((change) => !isElsewhere(change, scope));
  const problems = run.problems.map((problem) => soften(problem, scope));
  const isComplete = run.isComplete || !problems.some(({ severity }) => severity === "error");
  return { ...run, changes, problems, isComplete };
}

function isElsewhere(resource: ResourceRef, scope: Scope): boolean {
  return isOurs(resource) && !scope.isWanted(resource);
}

function isOurs({ kind }: ResourceRef): boolean {
  return kind === "plug" || kind === "instance" || kind === "product";
}

const elsewhere =
  "warning: other parts of the project have errors [PROJECT_FAULTY]\n  to repair: `meshroom validate` shows them";

function soften(problem: Problem, scope: Scope): Problem {
  const { resource, text } = problem;
  if (isVerdict(problem)) {
    return { ...problem, severity: "warning", text: elsewhere };
  }
  if (!resource || !isElsewhere(resource, scope)) return problem;
  const isLeft = /will be destroyed but was not specified in --target list/.test(text);
  const left = `warning: ${resource.name} has left the tree and is still up [PLUG_UP]\n  to repair: \`meshroom up\` without arguments tears it down`;
  return { ...problem, severity: "warning", text: isLeft ? left : text.replace(/\berror: /g, "warning: ") };
}
