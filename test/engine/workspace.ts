// A Pulumi project of its own for a test: a Meshroom tree, a program, a stack on a file backend, and the real engine to run them.
import { type ChildProcess, type ExecFileOptions, execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Folder } from "../folder";
import { patience } from "../patience";

const repository = join(__dirname, "..", "..");

export interface Ran {
  code: number;
  /** stdout and stderr, as they came. */
  text: string;
}

export interface Resource {
  urn: string;
  type: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  initErrors?: string[];
}

/** Fails with what the command printed. */
export function mustSucceed(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}:\n${ran.text}`);
  return ran;
}

/** Runs the whole mesh of the folder `mesh/`. */
const program = `const { Mesh } = require("pulumi-meshroom");\nnew Mesh("mesh", { project: "mesh" });\n`;

function spawnPulumi(args: string[], options: ExecFileOptions): { process: ChildProcess; ended: Promise<Ran> } {
  let end: (ran: Ran) => void;
  const ended = new Promise<Ran>((resolve) => {
    end = resolve;
  });
  const process = execFile("pulumi", args, options, (error, stdout, stderr) => {
    const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
    end({ code, text: `${stdout}${stderr}` });
  });
  return { process, ended };
}

export class Workspace extends Folder {
  readonly folder: string;
  readonly stack: string;
  /** Added to the environment of every command. */
  readonly environment: Record<string, string> = {};

  constructor(files: Record<string, string>, options: { program?: string; stack?: string; folder?: string } = {}) {
    super();
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), "mesh-"));
    this.stack = options.stack ?? "lab";
    if (!options.folder) {
      symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
      for (const folder of ["state", "home"]) mkdirSync(join(this.folder, folder));
      this.write("Pulumi.yaml", "name: test\nruntime:\n  name: nodejs\n  options: { typescript: false }\n");
      this.write("package.json", '{ "name": "test", "main": "index.js" }\n');
      this.write("index.js", options.program ?? program);
    }
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  /** Makes the folder a git repository, or commits what has changed; returns the revision. */
  commit(): string {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.invalid", ...args], {
        cwd: this.folder,
        encoding: "utf8",
      });
    git("init", "--quiet");
    writeFileSync(join(this.folder, ".gitignore"), "node_modules\nstate\nhome\n.meshroom\n");
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "test");
    return git("rev-parse", "HEAD").trim();
  }

  /** Sets a value of the stack's config. */
  async configure(path: string, value: string, ...flags: string[]): Promise<void> {
    mustSucceed(await this.pulumi("config", "set", "--stack", this.stack, ...flags, "--path", path, value));
  }

  /** Runs `pulumi` and waits for its end. A time limit turns a hang into a failure. */
  pulumi(...args: string[]): Promise<Ran> {
    return this.start(args).ended;
  }

  start(args: string[]): { child: ChildProcess; ended: Promise<Ran> } {
    const env = {
      ...process.env,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...this.environment,
    };
    const options = { cwd: this.folder, env, timeout: patience(), maxBuffer: 64 * 1024 * 1024 };
    const child = spawnPulumi([...args, "--non-interactive", "--color", "never"], options);
    child.process.stdin?.end();
    return { child: child.process, ended: child.ended };
  }

  async init(): Promise<void> {
    mustSucceed(await this.pulumi("stack", "init", this.stack));
  }

  up(...args: string[]): Promise<Ran> {
    return this.pulumi("up", "--stack", this.stack, "--yes", "--skip-preview", ...args);
  }

  preview(...args: string[]): Promise<Ran> {
    return this.pulumi("preview", "--stack", this.stack, "--diff", ...args);
  }

  refresh(...args: string[]): Promise<Ran> {
    return this.pulumi("refresh", "--stack", this.stack, "--yes", "--skip-preview", ...args);
  }

  destroy(...args: string[]): Promise<Ran> {
    return this.pulumi("destroy", "--stack", this.stack, "--yes", "--skip-preview", ...args);
  }

  /** The stack's state as it stands in its file, encrypted where the engine encrypts. */
  state(): string {
    return this.read(`state/.pulumi/stacks/test/${this.stack}.json`);
  }

  /** The resources of the state by name. */
  resources(): Record<string, Resource> {
    const { checkpoint } = JSON.parse(this.state()) as { checkpoint: { latest?: { resources?: Resource[] } } };
    const resources = checkpoint.latest?.resources ?? [];
    return Object.fromEntries(
      resources.map((resource) => [resource.urn.slice(resource.urn.lastIndexOf("::") + 2), resource]),
    );
  }

  /** Files below the folder, but for installed packages, whose text holds `needle`. */
  filesWith(needle: string): string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(needle));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
