// The Python tool itself, in a virtual environment that is made once per user and kept.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { patience } from "./patience";

const requirement = "meshroom==0.3.4";

/** The Python of an environment that has the tool; `meshroom` stands beside it. */
export function pythonWithTool(): string {
  const version = execFileSync("python3", ["--version"]).toString().trim();
  const digest = createHash("sha256").update(`${version} ${requirement}`).digest("hex").slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-meshroom");
  const folder = join(cache, `python-${digest}`);
  const complete = join(folder, "complete");
  const python = join(folder, "bin", "python");
  mkdirSync(cache, { recursive: true });
  // Tests of two workers, or of two checkouts, may meet here.
  locked(`${folder}.lock`, () => {
    if (existsSync(complete)) return;
    execFileSync("python3", ["-m", "venv", "--clear", folder], { stdio: "pipe" });
    const options = ["--quiet", "--disable-pip-version-check"];
    execFileSync(python, ["-m", "pip", "install", ...options, requirement], { stdio: "pipe" });
    writeFileSync(complete, "");
  });
  return python;
}

function locked(lock: string, work: () => void): void {
  while (!take(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    work();
  } finally {
    rmdirSync(lock);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // One that is older was left behind by a process that was killed.
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > patience(4)) rmdirSync(lock);
    return false;
  }
}
