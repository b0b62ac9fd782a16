// The streams of a call: lines of stdin, messages on stderr, and whether somebody sits there to be asked.

import { spawnSync } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { printable } from "../show/printable";

export class Terminal {
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  /** Whether questions can be asked: stdin and stderr are a terminal. */
  get isInteractive(): boolean {
    return Boolean(process.stdin.isTTY && process.stderr.isTTY);
  }

  /** For gpg, which asks for a passphrase on the terminal that this names. */
  announceToGpg(): void {
    if (!this.isInteractive || process.env.GPG_TTY) return;
    const { stdout } = spawnSync("tty", { stdio: ["inherit", "pipe", "ignore"], encoding: "utf8" });
    if (stdout?.startsWith("/")) process.env.GPG_TTY = stdout.trim();
  }

  /** A line for people, on stderr at once: progress, hints. */
  report(line: string): void {
    process.stderr.write(`${printable(line)}\n`);
  }

  /** The next line of stdin without its end; undefined when there are no more. */
  async readLine(): Promise<string | undefined> {
    const next = await this.#iterator().next();
    return next.done ? undefined : next.value;
  }

  /** Asks a question while stdin is read line by line: its answer is the next line. @throws Error for what must not be shown when typed */
  async ask(kind: "text" | "secret" | "manual", text: string): Promise<string> {
    if (kind === "secret") throw new Error(`no secret can be typed where lines of data are: ${text}`);
    this.report(kind === "manual" ? `${text}\nPress Enter when it is done.` : text);
    const answer = await this.readLine();
    if (answer === undefined) throw new Error("nobody answered");
    return answer;
  }

  /** Every further line of stdin, as they come. */
  async *readLines(): AsyncGenerator<string> {
    for (let line = await this.readLine(); line !== undefined; line = await this.readLine()) yield line;
  }

  /** Lets the process end although stdin is open. */
  close(): void {
    this.#reader?.close();
  }

  #iterator(): AsyncIterator<string> {
    if (!this.#lines) {
      this.#reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
      this.#lines = this.#reader[Symbol.asyncIterator]();
    }
    return this.#lines;
  }
}
