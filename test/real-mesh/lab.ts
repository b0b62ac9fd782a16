// A lab of its own for a test: a copy of the example, so that the checkout's lab is left alone. All by the commands that people type.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Ran } from "../engine/workspace";
import { patience } from "../patience";

const repository = join(__dirname, "../..");
const example = join(repository, "examples/attack-path");

/** Why the products do not run here; undefined where they do. What is missing is installed then; MESHROOM_LAB=no keeps the machine as it is. */
export function obstacle(): string | undefined {
  if (process.env.MESHROOM_LAB === "no") return "MESHROOM_LAB=no";
  const text = execFileSync(process.execPath, [join(example, "lab/main.mjs"), "check"], { encoding: "utf8" });
  return (JSON.parse(text) as { obstacle?: string }).obstacle;
}

/** What products write while they run: no configuration. */
const written = [/\.log$/, /\.jsonl$/, /^waf\/(audit\.json|tmp)/, /^(pulumi|pager\/data|xdr\/data|ids\/log|ids\/ipc)/];
/** Made by a product that runs, or by the lab when it starts one. */
const running = [/\.(pid|ctl|sock|persist)$/, /^\w+\/(pid|persist|fifo)$/];

export class Lab {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "attack-path-")));
  readonly namespace = `attack-path-${createHash("sha256").update(this.folder).digest("hex").slice(0, 8)}`;

  constructor() {
    cpSync(example, this.folder, {
      recursive: true,
      filter: (path) => ![".lab", ".meshroom"].includes(basename(path)),
    });
    symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
  }

  path(file: string): string {
    return join(this.folder, ".lab", file);
  }

  run(...args: string[]): Promise<Ran> {
    return this.call(process.execPath, [join(this.folder, "lab/main.mjs"), ...args]);
  }

  /** `pulumi VERB` on the lab's stack. */
  pulumi(verb: string): Promise<Ran> {
    const flags = verb === "preview" ? [] : ["--yes", "--skip-preview"];
    return this.run("pulumi", verb, ...flags, "--non-interactive", "--color", "never");
  }

  /** A program in the namespace, where the products are. */
  inside(program: string, ...args: string[]): Promise<Ran> {
    return this.call("ip", ["netns", "exec", this.namespace, program, ...args]);
  }

  private call(program: string, args: string[]): Promise<Ran> {
    const options = { cwd: this.folder, timeout: patience(4), maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve) => {
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, text: `${stdout}${stderr}` });
      });
      child.stdin?.end();
    });
  }

  /** A hash for each file of the products' configuration, with its mode; links by their targets. */
  configuration(): Record<string, string> {
    const folder = this.path("");
    const found: Record<string, string> = {};
    for (const name of (readdirSync(folder, { recursive: true, encoding: "utf8" }) as string[]).sort()) {
      if ([...written, ...running].some((pattern) => pattern.test(name))) continue;
      const stat = lstatSync(join(folder, name));
      const kind = stat.isFile() ? "file" : stat.isSymbolicLink() ? "link" : stat.isDirectory() ? "folder" : "other";
      const content =
        kind === "file" ? readFileSync(join(folder, name)) : kind === "link" ? readlinkSync(join(folder, name)) : "";
      found[name] = `${kind} ${stat.mode.toString(8)} ${createHash("sha256").update(content).digest("hex")}`;
    }
    return found;
  }

  /** Names of the programs in the namespace. */
  async programs(): Promise<string[]> {
    const { text } = await this.call("ip", ["netns", "pids", this.namespace]);
    return text
      .split("\n")
      .filter((pid) => /^\d+$/.test(pid) && existsSync(`/proc/${pid}/cmdline`))
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim())
      .sort();
  }

  async remove(): Promise<void> {
    await this.run("down");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
