// A folder of its own for a test of the compiled command: nothing of the user's, the real engine, local state below the project.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PseudoTerminal } from "../cli/pseudo-terminal";
import { Folder } from "../folder";

const command = join(__dirname, "../../node_modules/.bin/meshroom");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Fails with what the command printed. */
export function mustSucceed(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  return ran;
}

export class Room extends Folder {
  readonly #parent = realpathSync(mkdtempSync(join(tmpdir(), "meshroom-run-")));
  readonly folder = join(this.#parent, "mesh");
  /** Added to the environment of every command. */
  readonly environment: Record<string, string> = {};

  constructor(files: Record<string, string> = {}) {
    super();
    for (const folder of [this.folder, join(this.#parent, "home")]) mkdirSync(folder);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  delete(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** A running command. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [command, ...args], { cwd: this.folder, env: this.#fullEnvironment() });
  }

  /** A running command at a terminal. */
  startAtTerminal(args: string): PseudoTerminal {
    return new PseudoTerminal(`${process.execPath} ${command} ${args}`, this.folder, this.#fullEnvironment());
  }

  #fullEnvironment(): NodeJS.ProcessEnv {
    const home = join(this.#parent, "home");
    const own = { HOME: home, PULUMI_HOME: join(home, ".pulumi"), GNUPGHOME: join(home, ".gnupg") };
    return { ...process.env, ...own, ...this.environment };
  }

  /** Runs a command to its end, with these lines on stdin. */
  async meshroom(args: readonly string[], stdin: readonly string[] = []): Promise<Ran> {
    const child = this.start(...args);
    const ended = output(child);
    child.stdin?.end(stdin.map((line) => `${line}\n`).join(""));
    return ended;
  }

  /** Files below the folder, but for what is linked there, whose bytes hold `needle`. */
  filesWith(needle: string): string[] {
    return readdirSync(this.#parent, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(needle));
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true });
  }
}

/** What a command prints until it ends. */
export async function output(child: ChildProcess): Promise<Ran> {
  const ran = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => (ran.stdout += String(chunk)));
  child.stderr?.on("data", (chunk) => (ran.stderr += String(chunk)));
  const [code] = await once(child, "close");
  return { code, ...ran };
}
