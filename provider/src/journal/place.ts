// Where the journal of a stack is: by the project's real path, the backend and the stack's name, so that two stacks or a copied folder do not
// share one.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parse } from "yaml";
import { userFolder } from "../base/user-folders";

/** What a journal is of. */
export interface JournalOwner {
  /** Absolute path of the Meshroom project. */
  root: string;
  /** Folder in which the Pulumi program runs, or one below that of its Pulumi.yaml. */
  programFolder: string;
  /** A URN of the stack: names stack and Pulumi project. */
  urn: string;
}

/**
 * The journal's file; its folder is made. `MESHROOM_JOURNAL` names another folder: a volume, or one that CI saves and restores.
 * @throws MeshroomError USER_FOLDER
 */
export function journalFile({ root, programFolder, urn }: JournalOwner, environment: NodeJS.ProcessEnv): string {
  const [first = "", project = ""] = urn.split("::");
  const stack = first.slice("urn:pulumi:".length);
  const named = environment.MESHROOM_JOURNAL;
  const folder = named ? resolve(programFolder, named) : userFolder("state", root, ["journal"], environment);
  if (named) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const digest = createHash("sha256").update([findBackend(programFolder, environment), project, stack].join("\0"));
  return join(folder, `${stack.replace(/[^\w.-]+/g, "_")}-${digest.digest("hex").slice(0, 12)}.journal`);
}

/** The backend as Pulumi finds it: the environment, Pulumi.yaml, the last login. Without the parameters of its URL, which are no part of its name. */
export function findBackend(folder: string, environment: NodeJS.ProcessEnv): string {
  const url = environment.PULUMI_BACKEND_URL || projectBackend(folder) || lastLogin(environment) || "";
  return url.replace(/\?.*$/, "");
}

function projectBackend(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
      const settings = readMaybe(join(at, name));
      if (settings !== undefined) {
        const url = (parse(settings) as { backend?: { url?: string } } | null)?.backend?.url;
        return url?.replace(/^file:\/\/(?!\/|~)/, () => `file://${at}/`);
      }
    }
    if (dirname(at) === at) return undefined;
  }
}

function lastLogin(environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment.PULUMI_HOME;
  const folder = home && isAbsolute(home) ? home : join(environment.HOME || homedir(), ".pulumi");
  const text = readMaybe(join(folder, "credentials.json"));
  return text === undefined ? undefined : (JSON.parse(text) as { current?: string }).current;
}

function readMaybe(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
