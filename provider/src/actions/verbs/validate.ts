// Everything that is wrong with a project, found without an engine, a tenant or a key.
import { type Diagnostic, isError } from "../../diagnostic";
import { findCycles } from "../../graph/cycles";
import type { ResolvedPlug } from "../../graph/resolve-plug";
import { computedWarnings } from "../../hooks/describing/describe";
import { describeFiles, hookFilesIn, openProject, resolveAsRead, unloadable } from "../../mesh/open";
import { MeshSecrets } from "../../mesh/secrets";
import { capProblems } from "../../model/cap-problems";
import { missingSettings } from "../../model/setting";
import type { Instance, Project } from "../../model/types";

export interface Validation {
  /** By file and line. */
  diagnostics: readonly Diagnostic[];
  errors: number;
  warnings: number;
  /** What was looked at. */
  products: number;
  instances: number;
  plugs: number;
}

export interface ValidateOptions {
  /** Load hook files whose text does not tell what they declare, which runs their top level; without, nothing of the project is run. */
  hooks?: boolean;
}

/** @throws MeshroomError PROJECT_NOT_FOUND */
export function validateProject(root: string, { hooks }: ValidateOptions = {}): Validation {
  const computed = hooks ? "run" : "leave";
  const project = openProject(root, computed);
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of [
    ...project.diagnostics,
    ...project.instances.flatMap((each) => missing(project, each)),
    ...new MeshSecrets(project).problems,
    ...hookProblems(project, computed),
  ]) {
    const { code, at, summary } = diagnostic;
    found.set(JSON.stringify([code, at, summary]), diagnostic);
  }
  const diagnostics = capProblems([...found.values()]).sort(byPlace);
  const errors = diagnostics.filter(isError).length;
  return {
    diagnostics,
    errors,
    warnings: diagnostics.length - errors,
    products: project.products.size,
    instances: project.instances.length,
    plugs: project.plugs.length,
  };
}

/** A stack may give what the manifest lacks, so it is only a warning. */
function missing(project: Project, instance: Instance): Diagnostic[] {
  const settings = project.products.get(instance.product)?.settings ?? [];
  return missingSettings(settings, instance.settings).map((name) => ({
    code: "SETTING_MISSING",
    severity: "warning",
    summary: `the setting \`${name}\` of instance ${instance.address} is required and has no value`,
    remedy: `\`meshroom configure ${instance.address} -c ${name}=VALUE\`, or set it in the stack's config`,
    at: instance.at,
  }));
}

function hookProblems(project: Project, computed: "run" | "leave"): Diagnostic[] {
  const files = hookFilesIn(project);
  const described = describeFiles(project, files, computed);
  const resolutions = project.plugs.map((plug) => resolveAsRead(project, plug, described));
  const problems = resolutions.flatMap((each) => ("problems" in each ? each.problems : []));
  const resolved = resolutions.filter((each): each is ResolvedPlug => "plug" in each);
  return [...unloadable(described), ...computedWarnings(described), ...problems, ...findCycles(resolved).values()];
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [one, other] = [a.at, b.at];
  if (one?.file !== other?.file) return (one?.file ?? "") < (other?.file ?? "") ? -1 : 1;
  return (one?.line ?? 0) - (other?.line ?? 0) || (one?.column ?? 0) - (other?.column ?? 0);
}
