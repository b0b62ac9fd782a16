// Where a project's mesh is deployed: by the Pulumi program that names it, or, where there is none, by ours, with a state of its own.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { checkWorkFolder } from "../../base/work-folder";
import { MeshroomError } from "../../diagnostic";

/** Folder of the local engine project, relative to the Meshroom project. */
const LOCAL_FOLDER = join(".meshroom", "pulumi");
/** Written into every URN of a local state: never renamed. */
export const LOCAL_PROJECT = "meshroom";
export const LOCAL_STACK = "local";

export interface Deployment {
  /** `program`: a Pulumi program that people wrote. `local`: ours, on a file backend below `.meshroom/`. */
  kind: "program" | "local";
  /** Absolute path of the Meshroom project. */
  root: string;
  /** Absolute path of the folder with Pulumi.yaml. */
  folder: string;
  /** Absolute path of the folder in which program and provider run. */
  programFolder: string;
  /** Name of the Pulumi project. */
  project: string;
  /** Undefined: the one that is selected. */
  stack: string | undefined;
}

/**
 * A Pulumi.yaml in the project's folder or above it counts where the package.json beside it, or in the next folder above, depends on
 * pulumi-meshroom: others may have nothing to do with the mesh.
 * @throws MeshroomError CONFIG_INVALID for a stack's name where there is only one stack; WORK_FOLDER
 */
export function findDeployment(root: string, stack?: string): Deployment {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(folder, name)).find((path) => existsSync(path));
    if (file && dependsOnUs(folder)) return describeProgram(root, folder, file, stack);
    if (dirname(folder) === folder) return local(root, stack);
  }
}

function local(root: string, stack: string | undefined): Deployment {
  if (stack !== undefined && stack !== LOCAL_STACK) {
    throw new MeshroomError({
      code: "CONFIG_INVALID",
      severity: "error",
      summary: `there is no stack ${stack}: without a Pulumi program, a project has one stack, called ${LOCAL_STACK}`,
      remedy: "leave out `--stack`, or write a Pulumi program with a stack per environment",
    });
  }
  checkWorkFolder(root);
  const folder = join(root, LOCAL_FOLDER);
  return { kind: "local", root, folder, programFolder: folder, project: LOCAL_PROJECT, stack: LOCAL_STACK };
}

function describeProgram(root: string, folder: string, file: string, stack: string | undefined): Deployment {
  const settings = (parse(readFileSync(file, "utf8")) ?? {}) as { name?: unknown; main?: unknown };
  const main = resolve(folder, typeof settings.main === "string" ? settings.main : ".");
  const isFolder = statSync(main, { throwIfNoEntry: false })?.isDirectory() ?? true;
  const programFolder = isFolder ? main : dirname(main);
  return { kind: "program", root, folder, programFolder, project: String(settings.name), stack };
}

function dependsOnUs(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, "package.json");
    if (existsSync(path)) return namesUs(readFileSync(path, "utf8"));
    if (dirname(at) === at) return false;
  }
}

function namesUs(text: string): boolean {
  try {
    const { dependencies, devDependencies } = JSON.parse(text) as Record<string, object | undefined>;
    return "pulumi-meshroom" in { ...dependencies, ...devDependencies };
  } catch {
    return false;
  }
}

/** Has the local program been run before? */
export function hasLocalState({ folder }: Deployment): boolean {
  return existsSync(join(folder, "Pulumi.yaml"));
}
