// A git repository of a vendor: cloned or brought up to date by a pull hook, changed and pushed by a publish hook.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";

/** What of a repository {@link Repository.clone} gets. */
export interface CloneOptions {
  /** The branch; the repository's own where absent. */
  branch?: string;
  /** How many commits of its history are fetched; all where absent. */
  depth?: number;
  /** Ends git when it is raised: the hook's own. */
  signal?: AbortSignal;
}

/** Git runs with the user's own settings and credentials; hook hosts have no terminal, so it asks nothing. */
export class Repository {
  readonly #git: SimpleGit;

  private constructor(
    /** Absolute path of the work tree. */
    readonly folder: string,
    signal?: AbortSignal,
  ) {
    this.#git = openGit(folder, signal);
  }

  /** The repository whose work tree is in `folder`. */
  static open(folder: string, signal?: AbortSignal): Repository {
    return new Repository(folder, signal);
  }

  /** Clones `url` into `folder`, or, where that was done before, brings the clone up to date; local changes there are an error. */
  static async clone(url: string, folder: string, { branch, depth, signal }: CloneOptions = {}): Promise<Repository> {
    if (!existsSync(join(folder, ".git"))) {
      mkdirSync(dirname(folder), { recursive: true });
      const options = {
        ...(branch !== undefined && { "--branch": branch }),
        ...(depth !== undefined && { "--depth": depth }),
      };
      await openGit(dirname(folder), signal).clone(url, folder, options);
      return new Repository(folder, signal);
    }
    const repository = new Repository(folder, signal);
    await repository.#git.fetch(["origin", ...(branch === undefined ? [] : [branch])]);
    if (branch !== undefined) await repository.#git.checkout(branch);
    await repository.#git.raw(["merge", "--ff-only", branch === undefined ? "@{upstream}" : "FETCH_HEAD"]);
    return repository;
  }

  /** The current branch. */
  async branch(): Promise<string> {
    return (await this.#git.revparse(["--abbrev-ref", "HEAD"])).trim();
  }

  /** Goes to a branch, made from the current commit where there is none of that name. */
  async checkout(branch: string): Promise<void> {
    const { all } = await this.#git.branchLocal();
    await (all.includes(branch) ? this.#git.checkout(branch) : this.#git.checkoutLocalBranch(branch));
  }

  /** Address of a remote. */
  async remote(name = "origin"): Promise<string> {
    return (await this.#git.raw(["remote", "get-url", name])).trim();
  }

  /** Commits all that has changed below `path`. @returns false where nothing had */
  async commit(message: string, path = "."): Promise<boolean> {
    await this.#git.add(["--all", "--", path]);
    const staged = await this.#git.diff(["--cached", "--name-only", "--", path]);
    if (staged.trim() === "") return false;
    await this.#git.commit(message, [path]);
    return true;
  }

  /** Pushes the current branch, which then follows the one it was pushed to. */
  async push(remote = "origin", options: { force?: boolean } = {}): Promise<void> {
    const branch = await this.branch();
    // Refused where somebody else has pushed meanwhile.
    await this.#git.push(["--set-upstream", ...(options.force ? ["--force-with-lease"] : []), remote, branch]);
  }
}

function openGit(folder: string, signal: AbortSignal | undefined): SimpleGit {
  return simpleGit(folder, { abort: signal });
}
