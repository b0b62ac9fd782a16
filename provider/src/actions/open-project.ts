// The project that an action works on.
import { MeshroomError } from "../diagnostic";
import { loadProject } from "../model/project";
import type { Project } from "../model/types";

/** @throws MeshroomError PROJECT_NOT_FOUND; what else is wrong with the tree is in `diagnostics` */
export function openProject(root: string): Project {
  const project = loadProject(root);
  const missing = project.diagnostics.filter(({ code }) => code === "PROJECT_NOT_FOUND");
  if (missing.length > 0) throw new MeshroomError(missing);
  return project;
}
