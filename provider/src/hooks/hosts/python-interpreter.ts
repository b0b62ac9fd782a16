// Which Python runs the hooks of a project, and what to do where it can't.
import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { shellWord } from "../../model/name";
import { HookFailure } from "./host-job";

/** The package that existing hooks import, in the version whose behaviour the bridge knows. */
const PACKAGE = "meshroom==0.3.4";

export interface Python {
  path: string;
  /** As a person would type it. */
  command: string;
  /** Commands that make a virtual environment first, where installing into this interpreter would touch the system's. */
  prepare?: string;
}

/** What an interpreter lacks. */
export interface Unfit {
  need: "python" | "package" | "start" | "life";
  /** The version found, the module missed, or what was said. */
  found: string;
}

/** `MESHROOM_PYTHON`, else the project's `.venv`, else `python3`. */
export function findPython(root: string, environment: NodeJS.ProcessEnv = process.env): Python {
  const named = environment.MESHROOM_PYTHON;
  if (named) return { path: named, command: shellWord(named) };
  const folder = join(projectOf(root), ".venv");
  const inside = process.platform === "win32" ? join("Scripts", "python.exe") : join("bin", "python");
  const own = join(folder, inside);
  const word = (path: string) => shellWord(relative(process.cwd(), path) || ".");
  if (existsSync(own)) return { path: own, command: word(own) };
  const system = process.platform === "win32" ? "python" : "python3";
  return { path: system, command: word(own), prepare: `${system} -m venv ${word(folder)} && ` };
}

/** A recorded revision of a project lies inside it, and runs with what is installed there. */
function projectOf(root: string): string {
  const at = root.indexOf(`${sep}.meshroom${sep}recorded${sep}`);
  return at < 0 ? root : root.slice(0, at);
}

export function explainUnfit({ path, command, prepare = "" }: Python, { need, found }: Unfit): HookFailure {
  const fail = (message: string, remedy: string) => new HookFailure("host", message, undefined, remedy);
  const other = "or name another interpreter in the environment variable MESHROOM_PYTHON";
  const install = `install it: \`${prepare}${command} -m pip install ${PACKAGE}\``;
  if (need === "package")
    return fail(`Python hooks need the package meshroom, but ${path} has no module ${found}`, install);
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
