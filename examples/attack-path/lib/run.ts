// Runs a product's own command line tool. What it is told in secret goes by standard input, never by its arguments.
import { execFile } from "node:child_process";

export interface RunOptions {
  signal?: AbortSignal;
  input?: string;
}

/** Resolves with what the program printed; an error says what was run and what the program had to say about it. */
export function run(program: string, args: readonly string[], { signal, input }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { signal, timeout: 60_000, encoding: "utf8" }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (signal?.aborted) return reject(signal.reason);
      if (error.code === "ENOENT") return reject(new Error(`${program} is not installed, or not on PATH`));
      const said = (stderr.trim() || stdout.trim()).split("\n").slice(-5).join("\n");
      reject(new Error(`\`${[program, ...args].join(" ")}\` failed: ${said || error.message}`));
    });
    child.stdin?.on("error", () => {}); // a program that ends before it has read all says why by its exit code
    child.stdin?.end(input);
  });
}
