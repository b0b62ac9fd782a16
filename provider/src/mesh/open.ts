// The project that an action works on.
import { MeshroomError } from "../diagnostic";
import { describeHooks } from "../hooks/describing/describe";
import { HookSources } from "../hooks/describing/hook-sources";
import { canImply, withImpliedCapabilities } from "../hooks/describing/implied-capabilities";
import { loadProject } from "../model/load-project";
import type { Project } from "../model/types";

/**
 * With the capabilities that Python hooks imply, as `up` sees it: Python files that are new or changed are loaded for that, as the Python
 * tool loads all of them for every command.
 * @throws MeshroomError PROJECT_NOT_FOUND; what else is wrong with the tree is in `diagnostics`
 */
export function openProject(root: string): Project {
  const project = loadProject(root);
  const missing = project.diagnostics.filter(({ code }) => code === "PROJECT_NOT_FOUND");
  if (missing.length > 0) throw new MeshroomError(missing);
  const files = [...project.products.values()].flatMap(({ hookFiles }) => hookFiles.filter(canImply));
  return withImpliedCapabilities(project, describeHooks(project.root, files, new HookSources(project.root)));
}
