// What a command of `meshroom` is: what it is called with, how it is explained, and the result that it gives to be printed.
import type { Diagnostic } from "../../diagnostic";
import type { Terminal } from "../ask/terminal";
import type { View } from "../show/view";

/** What the shell offers for an argument or an option. */
export type Completion =
  | "product"
  | "instance"
  | "topic"
  | "plug-topic"
  | "plug-source"
  | "plug-destination"
  | "template"
  | "folder";

export interface ArgumentSpec {
  name: string;
  summary: string;
  /** False where absent. */
  isOptional?: boolean;
  isRepeated?: boolean;
  choices?: readonly string[];
  completes?: Completion;
}

export interface OptionSpec {
  /** As in the help: `-m, --mode <mode>`. */
  flags: string;
  summary: string;
  choices?: readonly string[];
  /** May be given several times. */
  isRepeated?: boolean;
  /** Accepted, but not shown. */
  isHidden?: boolean;
  completes?: Completion;
}

export interface Example {
  /** What is typed, without `meshroom`. */
  command: string;
  does: string;
}

/** One verb. Its file is `cli/commands/<verb>.ts`, loaded only when the verb is called. */
export interface Command {
  /** Below the summary of the registry: what is worth knowing before it is called. */
  description?: string;
  arguments?: readonly ArgumentSpec[];
  options?: readonly OptionSpec[];
  examples: readonly Example[];
  /** True for what works without a project (`init`, `doctor`, `completion`). */
  needsNoProject?: boolean;
  /** Calls an action; prints nothing itself. @throws MeshroomError, UsageError */
  run(call: Call): Promise<Result> | Result;
}

/** One call of a command: what was typed and where. */
export interface Call {
  /** Absolute path of the project. */
  root: string;
  terminal: Terminal;
  isDebug: boolean;
  /** What was typed as `--json`: only for what must be decided before the result is rendered, such as whether to prompt. */
  isJson: boolean;
  /** An argument; undefined where an optional one was left out. */
  argument(name: string): string | undefined;
  /** An argument that the parser has seen to be there. */
  required(name: string): string;
  /** Every word of a repeated argument. */
  words(name: string): readonly string[];
  /** The value of an option, by its long name in camel case (`dryRun`). */
  text(option: string): string | undefined;
  /** Every value of a repeated option, in the order typed. */
  list(option: string): readonly string[];
  flag(option: string): boolean;
}

/** What a command found or did: shown as text for people, or as JSON. */
export interface Result {
  /** What `--json` prints. An iterator (not an array) is printed as an array while it yields. */
  json: unknown;
  /** An iterator in `json` is printed as one JSON document per line instead. */
  isJsonLines?: boolean;
  /** Lines for stdout, without newlines. */
  text(view: View): Iterable<string> | AsyncIterable<string>;
  /** Said on stderr after the text: what was done, what comes next. */
  notes?: readonly string[];
  /** Warnings and errors that do not keep the result from being shown, said on stderr. */
  diagnostics?: readonly Diagnostic[];
  /** 0 where absent; 1: there are errors; 130: interrupted on the way. Asked for once all is printed. */
  readonly exitCode?: 0 | 1 | 130;
}

/** A call that can't be understood: exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = "UsageError";
  }
}

/** A question was answered with Ctrl-C, or the process was interrupted: nothing was changed. */
export class CancelledError extends Error {
  constructor() {
    super("cancelled, nothing was changed");
    this.name = "CancelledError";
  }
}
