// A real terminal for tests: `script` runs a command on a pseudo-terminal, the test types and waits for what it shows.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { patience, waitFor } from "../patience";

export class PseudoTerminal {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #seen = "";
  #from = 0;
  #hasEnded = false;

  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    const sized = `stty cols 100 rows 30; ${command}`;
    // Its own shell, else that of the user.
    const options = { cwd, env: { ...env, TERM: "xterm", SHELL: "/bin/bash" } };
    this.#child = spawn("script", ["--quiet", "--return", "--command", sized, "/dev/null"], options);
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#seen += stripVTControlCharacters(chunk.toString("utf8"));
    });
    this.#ended = once(this.#child, "close").then(([code]) => {
      this.#hasEnded = true;
      return code;
    });
  }

  /** Waits until `text` is shown behind what was waited for before. */
  async see(text: string): Promise<void> {
    const shown = () => JSON.stringify(this.#seen.slice(this.#from));
    const isShown = () => {
      if (this.#seen.includes(text, this.#from)) return true;
      if (this.#hasEnded) throw new Error(`${JSON.stringify(text)} was not shown before the end, but: ${shown()}`);
      return false;
    };
    await waitFor(`${JSON.stringify(text)} on the screen`, isShown, () => `It shows: ${shown()}`);
    this.#from = this.#seen.indexOf(text, this.#from) + text.length;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits for a question and answers it. */
  async answer(question: string, text: string): Promise<void> {
    await this.see(question);
    this.type(`${text}\r`);
  }

  /** Everything that was shown. */
  get screen(): string {
    return this.#seen;
  }

  /** The exit code, once it has ended by itself. */
  async end(): Promise<number | null> {
    const timer = setTimeout(() => this.kill(), patience());
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

export const enter = "";
export const backspace = "\u007f";
export const interrupt = "\u0003";
