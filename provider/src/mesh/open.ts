// A project put together: what is in its tree, what its hook files declare or why they don't load, and which hooks serve an end.
import { type Diagnostic, MeshroomError } from "../diagnostic";
import type { EndHooks, PlugEnd, Problems, ResolvedEnds, ResolvedPlug } from "../graph/resolve-plug";
import { isResolved, resolveEnds, resolvePlug } from "../graph/resolve-plug";
import { computedWarnings, type Described, describeHooks } from "../hooks/describing/describe";
import { HookSources } from "../hooks/describing/hook-sources";
import { canImply, withImpliedCapabilities } from "../hooks/describing/implied-capabilities";
import { selectHooks } from "../hooks/describing/select";
import { loadProject } from "../model/load-project";
import type { Plug, Project } from "../model/types";

/** What hook files declare, by file. */
export type DescribedFiles = ReadonlyMap<string, Described>;

/**
 * With the capabilities that Python hooks imply, as far as the text of their files tells: nothing of the project is run for it.
 * `computed`: `run` for what runs hooks anyway; then files whose text does not tell are loaded.
 * @throws MeshroomError PROJECT_NOT_FOUND; what else is wrong with the tree is in `diagnostics`
 */
export function openProject(root: string, computed: "run" | "leave" = "leave"): Project {
  const project = loadProject(root);
  const missing = project.diagnostics.filter(({ code }) => code === "PROJECT_NOT_FOUND");
  if (missing.length > 0) throw new MeshroomError(missing);
  const files = [...project.products.values()].flatMap(({ hookFiles }) => hookFiles.filter(canImply));
  return withImpliedCapabilities(project, describeFiles(project, files, computed));
}

/**
 * Those that don't load are told by {@link unloadable}. `computed`: whether files whose text does not tell are loaded; `sources`: where they
 * have been read for other things already.
 */
export function describeFiles(
  { root }: Project,
  files: Iterable<string>,
  computed: "run" | "leave",
  sources = new HookSources(root),
): DescribedFiles {
  return describeHooks(root, files, sources, { computed });
}

/**
 * As {@link describeFiles}, for what is about to run hooks.
 * @throws MeshroomError HOOK_LOAD: the hook that is looked for may be in what does not load
 */
export function requireDescribed(project: Project, files: Iterable<string>): DescribedFiles {
  const described = describeFiles(project, files, "run");
  const problems = unloadable(described);
  if (problems.length > 0) throw new MeshroomError(problems);
  return described;
}

/** Every hook file of a project: those of its products, and of their integrations. */
export function hookFilesIn({ products }: Project): string[] {
  return [...products.values()].flatMap(({ hookFiles, integrations }) => [
    ...hookFiles,
    ...integrations.flatMap((integration) => integration.hookFiles),
  ]);
}

/** Why files don't load. */
export function unloadable(described: DescribedFiles): Diagnostic[] {
  return [...described.values()].flatMap((each) => ("problem" in each ? [each.problem] : []));
}

/** What a plug connects, where who sets it up is not known: some hook files of the project can't be read without running them. */
export interface ComputedPlug {
  ends: ResolvedEnds;
}

/** As `resolvePlug`, by what could be read: who owns a plug is told by its hooks, so where some are not known, nor is that. */
export function resolveAsRead(
  project: Project,
  plug: Plug,
  described: DescribedFiles,
): ResolvedPlug | ComputedPlug | Problems {
  const resolved = resolvePlug(project, plug, hooksOf(described));
  if (isResolved(resolved) || !resolved.problems.every(({ code }) => code === "PLUG_UNOWNED")) return resolved;
  if (computedWarnings(described).length === 0) return resolved;
  const ends = resolveEnds(project, plug);
  return isResolved(ends) ? { ends } : resolved;
}

/** For `resolvePlug`: the hooks that set an end up, take it down and look at it. */
export function hooksOf(described: DescribedFiles): (end: PlugEnd) => EndHooks {
  return (end) => ({
    setup: selectHooks("setup", end, described),
    teardown: selectHooks("teardown", end, described),
    status: selectHooks("status", end, described),
  });
}
