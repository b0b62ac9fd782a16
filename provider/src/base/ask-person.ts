// Asks the person at the terminal: at this process's own, through a socket at that of a process which this one works for, or not at all, with
// what to do instead.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { visibleLines } from "./visible";

/** What a person is asked for: a text, a secret (not to be shown), or to say that something is done which only a person can do. */
export type PromptKind = "text" | "secret" | "manual";

/** Set to `true`: the steps that only a person can do are taken for done. */
export const MANUAL_STEPS_DONE = "MESHROOM_ASSUME_MANUAL_STEPS_DONE";

/** Address of a socket behind which a process with a terminal answers ({@link serveTerminal}), since the engine's own processes have none. */
export const TERMINAL = "MESHROOM_TERMINAL";

/** `here`: how this process asks at a terminal of its own. @throws Error (as a rejection) with what to do instead of answering */
export async function askPerson(
  kind: PromptKind,
  text: string,
  environment: NodeJS.ProcessEnv = process.env,
  here: (kind: PromptKind, text: string) => Promise<string> = askAtTerminal,
): Promise<string> {
  if (kind === "manual" && /^(true|1|yes)$/i.test(environment[MANUAL_STEPS_DONE] ?? "")) return "";
  const terminal = environment[TERMINAL];
  if (terminal) return askThere(terminal, kind, text);
  if (hasTerminal()) return here(kind, text);
  if (kind === "manual") {
    const again = `run again with ${MANUAL_STEPS_DONE}=true in the environment`;
    throw new Error(
      `a step is to be done by hand: ${oneLine(text)}; nobody can be asked here, so do it, then ${again}`,
    );
  }
  throw new Error(`nobody can be asked here: ${oneLine(text)}`);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

/** At the process that serves its terminal. */
function askThere(address: string, kind: PromptKind, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => socket.write(`${JSON.stringify({ kind, text })}\n`));
    let reply = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      reply += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      const { value, error } = JSON.parse(reply || "{}") as { value?: string; error?: string };
      if (value !== undefined) resolve(value);
      else reject(new Error(error ?? "nobody answered"));
    });
  });
}

/** What else is drawn on the terminal: it rests while a question stands there. */
export interface Screen {
  pause(): void;
  resume(): void;
}

interface AskOptions {
  screen?: Screen;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

/** One question at a time. */
let last: Promise<unknown> = Promise.resolve();

export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on stderr, so that what stdout is piped into sees no questions. @throws Error (as a rejection) when the person gives up */
function askAtTerminal(kind: PromptKind, text: string, options: AskOptions = {}): Promise<string> {
  const mine = last.then(() => askOn(kind, text, options));
  last = mine.catch(() => {});
  return mine;
}

async function askOn(kind: PromptKind, text: string, { screen, signal }: AskOptions): Promise<string> {
  screen?.pause();
  try {
    return await askNow(kind, text, signal);
  } finally {
    screen?.resume();
  }
}

function askNow(kind: PromptKind, text: string, signal: AbortSignal | undefined): Promise<string> {
  if (signal?.aborted) return Promise.reject(new Error("nobody answered"));
  const asked = visibleLines(text).join("\n");
  const question = kind === "manual" ? `${asked}\nPress Enter when it is done. ` : `${asked} `;
  // What is typed for a secret is not shown: readline echoes to its output.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = kind === "secret" ? silent : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // Only now: before, the terminal itself would show what is typed.
  if (kind === "secret") process.stderr.write(question);
  return new Promise((resolve, reject) => {
    const giveUp = () => lines.close();
    signal?.addEventListener("abort", giveUp);
    lines.on("SIGINT", () => {
      lines.close();
      interruptAll();
    });
    lines.on("close", () => {
      signal?.removeEventListener("abort", giveUp);
      reject(new Error("nobody answered"));
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
      if (kind === "secret") process.stderr.write("\n");
    });
  });
}

/** While a question stands there, Ctrl-C is a key: what the terminal does with it at other times is done here. */
function interruptAll(): void {
  process.stderr.write("\n");
  if (process.platform !== "win32") process.kill(0, "SIGINT");
}

/**
 * Lets processes that are started with `MESHROOM_TERMINAL=address` ask here ({@link askPerson}): one question a connection, a line of JSON there
 * and one back. Close it when they are done.
 */
export function serveTerminal(screen?: Screen): { address: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "meshroom-terminal-"));
  const address = process.platform === "win32" ? `\\\\.\\pipe\\${folder.replace(/\W+/g, "-")}` : join(folder, "ask");
  const server = createServer((socket) => {
    const gone = new AbortController();
    socket.on("error", () => {}).on("close", () => gone.abort());
    const answer = async (line: string) => {
      const { kind, text } = JSON.parse(line) as { kind: PromptKind; text: string };
      const reply = await askAtTerminal(kind, text, { screen, signal: gone.signal }).then(
        (value) => ({ value }),
        (error: Error) => ({ error: error.message }),
      );
      socket.end(`${JSON.stringify(reply)}\n`);
    };
    createInterface({ input: socket }).once("line", (line) => void answer(line));
  }).listen(address);
  return {
    address,
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
