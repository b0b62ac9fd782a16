// Which Python runs the hooks of a project, and what to do where it can't.
import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { findProgram, isProgram } from "../../base/find-program";
import { gitSync } from "../../base/git";
import { gitFolder, isInside, workingTree } from "../../base/paths";
import { shellWord } from "../../base/words";
import { HookFailure } from "./host-job";

/** The package that existing hooks import, in the version whose behaviour the bridge knows. */
const PACKAGE = "meshroom==0.3.4";

export interface Python {
  path: string;
  /** As a person would type it. */
  command: string;
  /** Commands that make a virtual environment first, where installing into this interpreter would touch the system's. */
  prepare?: string;
  /** Why the project's own one does not count, where it is there. */
  passedOver?: string;
}

/** What an interpreter lacks. */
export interface Unfit {
  need: "python" | "package" | "start" | "life";
  /** The version found, the module missed, or what was said. */
  found: string;
}

/**
 * The interpreter that runs the hooks of `project`: `MESHROOM_PYTHON`, else the project's `.venv`, else `python3` of PATH. None that a branch
 * could have brought: in a working tree of git, the first two count only where git ignores them and keeps nothing in their folder.
 * Without a project, what would run those of any.
 * @throws HookFailure where there is none, or `MESHROOM_PYTHON` names one that git keeps
 */
export function findPython(project: string | undefined, environment: NodeJS.ProcessEnv = process.env): Python {
  const named = namedPython(project, environment);
  if (named) return named;
  const own = ownPython(project ?? ".");
  const word = (path: string) => shellWord(relative(process.cwd(), path) || ".");
  const trust = project !== undefined && isProgram(own) ? trustInTree(project, own) : "absent";
  if (trust === "trusted") return { path: own, command: word(own) };
  const passedOver = trust === "absent" ? undefined : `${word(own)} is passed over, since ${trust}`;
  const prepare = `${SYSTEM} -m venv ${word(join(project ?? ".", ".venv"))} && `;
  const system = { path: systemPython(project, environment) ?? SYSTEM, command: word(own), prepare, passedOver };
  if (isAbsolute(system.path)) return system;
  throw explainUnfit(system, { need: "start", found: "no folder of PATH outside of the project has it" });
}

/** The interpreter that reads Python files of `project` without running them: no matter which, but not one of the tree if there is another. */
export function findPythonReader(project: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = namedPython(project, environment);
  if (named) return named.path;
  const system = systemPython(project, environment);
  if (system) return system;
  const own = ownPython(project);
  const isIgnored = gitFolder(project) !== undefined && isProgram(own) && trustInTree(project, own) === "trusted";
  return isIgnored ? own : undefined;
}

const SYSTEM = process.platform === "win32" ? "python" : "python3";

function namedPython(project: string | undefined, { MESHROOM_PYTHON: named }: NodeJS.ProcessEnv): Python | undefined {
  if (!named) return undefined;
  const path = resolve(named);
  const isOurs = project !== undefined && isInside(workingTree(project), path) && existsSync(path);
  const trust = isOurs ? trustInTree(project, path) : "trusted";
  if (trust === "trusted") return { path: named, command: shellWord(named) };
  throw new HookFailure(
    "host",
    `MESHROOM_PYTHON names ${named}, which is not used, since ${trust}`,
    undefined,
    "name an interpreter outside of the project, or have git ignore its folder",
  );
}

function ownPython(project: string): string {
  return join(project, ".venv", ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
}

function systemPython(project: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return findProgram(SYSTEM, project && workingTree(project), environment);
}

/** `trusted`, or why an interpreter in the working tree is not. */
function trustInTree(project: string, python: string): string {
  if (gitFolder(project) === undefined) return "trusted";
  const above = dirname(python);
  const folder = /^(bin|Scripts)$/.test(basename(above)) ? dirname(above) : above;
  try {
    if (gitSync(project, ["ls-files", "--", folder])) return "git keeps files of its folder";
    return isIgnored(project, folder) || isIgnored(project, python) ? "trusted" : "git does not ignore it";
  } catch (error) {
    return `git can't be asked whether it keeps it: ${(error as Error).message}`;
  }
}

function isIgnored(project: string, path: string): boolean {
  try {
    gitSync(project, ["check-ignore", "-q", "--", path]);
    return true;
  } catch {
    return false;
  }
}

export function explainUnfit({ path, command, prepare = "", passedOver }: Python, { need, found }: Unfit): HookFailure {
  const note = passedOver ? ` (${passedOver})` : "";
  const fail = (message: string, remedy: string) => new HookFailure("host", message + note, undefined, remedy);
  const other = "or name another interpreter in the environment variable MESHROOM_PYTHON";
  const install = `install it: \`${prepare}${command} -m pip install ${PACKAGE}\``;
  if (need === "package") {
    const ignore = `have git ignore \`.venv/\` and keep none of it, ${other}`;
    return fail(
      `Python hooks need the package meshroom, but ${path} has no module ${found}`,
      passedOver ? ignore : install,
    );
  }
  if (need === "python")
    return fail(`Python hooks need Python 3.10 or newer, but ${path} is ${found}`, `install it, ${other}`);
  if (need === "start")
    return fail(
      `Python hooks need Python, but ${path} does not start: ${found}`,
      `install Python 3.10 or newer, ${other}`,
    );
  const said = found ? `: ${found.split("\n").at(-1)}` : "";
  return fail(`the host of Python hooks ended${said}`, `check \`${command} -c 'import meshroom'\`, ${other}`);
}
