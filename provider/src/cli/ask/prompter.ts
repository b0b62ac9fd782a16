// Questions on a terminal: what is asked is drawn on stderr, since stdout is for data.

import { CancelledError } from "../parse/command";
import { printable } from "../show/printable";

export interface TextQuestion {
  message: string;
  /** In the field already: Enter keeps it, clearing it takes it back. */
  current?: string;
  /** Shown while the field is empty. */
  hint?: string;
  /** What is wrong with an answer; undefined where nothing is. */
  validate?(text: string): string | undefined;
}

export interface Prompter {
  /** Each throws CancelledError on Ctrl-C. */
  text(question: TextQuestion): Promise<string>;
  /** Not shown while it is typed. */
  secret(message: string): Promise<string>;
  confirm(message: string, current: boolean): Promise<boolean>;
  say(line: string): void;
}

/** Loads the prompts only where something is asked. */
export async function openPrompter(): Promise<Prompter> {
  const { confirm, isCancel, password, text } = await import("@clack/prompts");
  const streams = { input: process.stdin, output: process.stderr, withGuide: false };
  function answered<T>(answer: T | symbol): T {
    if (isCancel(answer)) throw new CancelledError();
    return answer as T;
  }
  return {
    text: async ({ message, current, hint, validate }) => {
      const options = {
        message: printable(message),
        initialValue: current,
        placeholder: hint && printable(hint),
        validate: (typed?: string) => validate?.(typed ?? ""),
      };
      return answered<string>(await text({ ...streams, ...options })) ?? "";
    },
    secret: async (message) =>
      answered<string>(await password({ ...streams, message: printable(message), mask: "*" })) ?? "",
    confirm: async (message, initialValue) =>
      answered<boolean>(await confirm({ ...streams, message: printable(message), initialValue })),
    say: (line) => void process.stderr.write(`${printable(line)}\n`),
  };
}
