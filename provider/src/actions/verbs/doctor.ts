// What a mesh needs on this machine: what is there, what is missing, and how to get it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../base/files-below";
import { MeshroomError } from "../../diagnostic";
import { HookFailure } from "../../hooks/hosts/host-job";
import { explainUnfit, findPython, type Python } from "../../hooks/hosts/python-interpreter";
import { findPulumi } from "../engine/pulumi-command";
import { findProjectRoot } from "../finding/find-root";

export interface Check {
  name: string;
  /** What it is needed for. */
  purpose: string;
  /** `needed` here, since the project uses it; `optional` otherwise. */
  need: "needed" | "optional";
  isThere: boolean;
  /** Version or place. */
  found?: string;
  /** How to get it. */
  remedy?: string;
}

/** Runs programs only to ask for their version. */
export function examine(root: string): Check[] {
  const project = findProjectRoot(root);
  const has = (path: string) => project !== undefined && existsSync(join(project, path));
  return [
    {
      name: "node",
      purpose: "runs meshroom and hooks in TypeScript",
      need: "needed",
      isThere: true,
      found: process.versions.node,
    },
    program("git", ["--version"], {
      purpose: "the project's history; hooks of what was removed are taken from it",
      need: "needed",
      remedy: "https://git-scm.com/downloads, or your system's package `git`",
    }),
    program(pulumiCommand(), ["version"], {
      name: "pulumi",
      purpose: "`up` and `down`: sets the mesh up and keeps its state",
      need: "needed",
      remedy: "https://www.pulumi.com/docs/install/, or `curl -fsSL https://get.pulumi.com | sh`",
    }),
    program("gpg", ["--version"], {
      purpose: "secrets.gpg with a key of gpg's keyring; not needed where MESHROOM_GPG_KEY_FILE names a key",
      need: has("secrets.gpg") && !hasGivenKey() ? "needed" : "optional",
      remedy: "https://gnupg.org/download/, or your system's package `gnupg`",
    }),
    ...python(project),
    {
      name: "project",
      purpose: "the mesh that commands work on",
      need: "optional",
      isThere: project !== undefined,
      found: project,
      remedy: "`meshroom init`, or name its folder with `-p PATH`",
    },
  ];
}

/** The interpreter that would run the project's hooks. Starting it takes its time, so the package is asked for only where there are hooks for it. */
function python(project: string | undefined): Check[] {
  const isNeeded = project !== undefined && filesBelow(join(project, "products")).some((file) => file.endsWith(".py"));
  const check = {
    name: "python3",
    purpose: "hooks that are written in Python",
    need: isNeeded ? "needed" : "optional",
    remedy: "https://www.python.org/downloads/, or your system's package `python3`",
  } as const;
  let found: Python;
  try {
    found = findPython(project);
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error;
    return [{ ...check, isThere: false, remedy: process.env.MESHROOM_PYTHON ? error.remedy : check.remedy }];
  }
  const interpreter = program(found.path, ["--version"], check);
  if (!isNeeded) return [interpreter];
  const asked = "import importlib.metadata as m; print(m.version('meshroom'))";
  return [
    interpreter,
    program(found.path, ["-c", asked], {
      name: "meshroom for Python",
      purpose: "what hooks in Python import",
      need: "needed",
      remedy: explainUnfit(found, { need: "package", found: "meshroom" }).remedy,
    }),
  ];
}

/** Where `up` would find it, too. */
function pulumiCommand(): string {
  try {
    return join(findPulumi(process.env), "pulumi");
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    return "pulumi";
  }
}

function program(
  command: string,
  args: string[],
  check: Pick<Check, "purpose" | "need" | "remedy"> & { name?: string },
): Check {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", timeout: 10_000 });
  const version = /\d+(\.\d+)+/.exec(stdout ?? "")?.[0];
  return { name: command, ...check, isThere: status === 0, ...(version !== undefined && { found: version }) };
}

function hasGivenKey(): boolean {
  return Boolean(process.env.MESHROOM_GPG_KEY || process.env.MESHROOM_GPG_KEY_FILE);
}
