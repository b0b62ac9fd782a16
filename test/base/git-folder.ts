// A repository in a temporary folder, made with real git.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export class GitFolder {
  /** Holds the repository and what lies beside it. */
  readonly parent = realpathSync(mkdtempSync(join(tmpdir(), "a repository ")));
  readonly root = join(this.parent, "mesh");
  /** A file that what is not to be run writes to. */
  readonly trace = join(this.parent, "trace");

  constructor() {
    mkdirSync(this.root);
    this.git("init", "-q");
  }

  write(path: string, text: string, mode?: number): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (mode) chmodSync(file, mode);
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    return execFileSync("git", [...identity, ...args], { cwd: this.root, encoding: "utf8", stdio: "pipe" }).trim();
  }

  /** Of all files, ignored ones too; its revision. */
  commit(subject = "x"): string {
    this.git("add", "-A", "-f");
    this.git("commit", "-qm", subject);
    return this.git("rev-parse", "HEAD");
  }

  /** A shell script that leaves a trace. */
  script(): string {
    return `#!/bin/sh\necho "$0 $*" >> '${this.trace}'\ncat\n`;
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}
