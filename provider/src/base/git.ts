// Calls git so that nothing that a folder's git config names is run: no hooks, no filters, no monitor, no transport.
import { execFile, spawnSync } from "node:child_process";
import { devNull } from "node:os";
import { findProgram } from "./find-program";
import { workingTree } from "./paths";

/** Raised with what git said. `output` is its standard error. */
export class GitError extends Error {
  constructor(
    message: string,
    readonly output: string,
    /** Where git ends with an exit code to say something, such as that files differ. */
    readonly stdout?: Buffer,
  ) {
    super(message);
    this.name = "GitError";
  }
}

const settings = [
  "core.fsmonitor=false",
  `core.hooksPath=${devNull}`,
  "core.alternateRefsCommand=",
  "protocol.allow=never",
  "protocol.ext.allow=never",
  // A folder in the tree that looks like a repository is none.
  "safe.bareRepository=explicit",
];

/** Text of git's standard output, sooner than anything else can happen: for programs that are synchronous. @throws GitError */
export function gitSync(root: string, args: readonly string[]): string {
  const { program, options } = callOf(root, process.env);
  const { status, stdout, stderr, error } = spawnSync(program, [...settingArgs(), ...args], {
    ...options,
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
  });
  if (status === 0) return stdout;
  throw new GitError(error?.message ?? `git ${args[0]} ended with exit code ${status}`, stderr ?? "");
}

/** Bytes of git's standard output. `input` is given to its standard input. @throws GitError (as a rejection) */
export function git(root: string, args: readonly string[], input?: string): Promise<Buffer> {
  const { program, options } = callOf(root, process.env);
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...settingArgs(), ...args],
      { ...options, encoding: "buffer", maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) =>
        error ? reject(new GitError(error.message, stderr.toString(), stdout)) : resolve(stdout),
    );
    child.stdin?.on("error", () => {}).end(input ?? "");
  });
}

/** Bytes. */
const MOST_OUTPUT = 1 << 30;

function settingArgs(more: readonly string[] = []): string[] {
  return ["--no-pager", "--no-optional-locks", ...[...settings, ...more].flatMap((each) => ["-c", each])];
}

/** @throws GitError where there is no git */
function callOf(root: string, environment: NodeJS.ProcessEnv) {
  const program = findProgram("git", workingTree(root), environment);
  if (!program) throw new GitError("git is not installed", "");
  const ours = { GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "", LC_ALL: "C" };
  return { program, options: { cwd: root, env: { ...environment, ...ours } } };
}

/**
 * Settings that switch off the filters which the repository's own config names, for commands that look at the content of files. Those of the
 * person's and the system's config, such as Git LFS, stay.
 */
export async function withoutOwnFilters(root: string): Promise<string[]> {
  const keys = await git(root, ["config", "--show-scope", "--name-only", "-z", "--get-regexp", "^filter\\."]).catch(
    () => Buffer.from(""),
  );
  const parts = keys.toString().split("\0");
  const own = parts.filter((_, index) => index % 2 === 1 && /^(local|worktree)$/.test(parts[index - 1] ?? ""));
  return own.flatMap((key) => ["-c", key.endsWith(".required") ? `${key}=false` : `${key}=`]);
}
