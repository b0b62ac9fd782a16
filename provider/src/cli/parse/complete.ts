// What may come next on a command line, for the shells' completion.

import { listTemplates } from "../../actions/files/product-templates";
import { knownInstances, knownPlugs, knownProducts, knownTopics } from "../../actions/finding/known-names";
import { visible } from "../../base/visible";
import type { ArgumentSpec, Command, Completion, OptionSpec } from "./command";
import { optionsOf } from "./program";
import { type Entry, entries, families, findCalled, loadCommand } from "./registry";

export interface Candidate {
  word: string;
  summary?: string;
}

/** The shell is to complete names of files. */
export const files = "files";

type Candidates = readonly Candidate[] | typeof files;

const programOptions: readonly OptionSpec[] = [
  { flags: "-p, --path <path>", summary: "the project's folder", completes: "folder" },
  { flags: "-v, --version", summary: "print the version" },
];
const helpOption: OptionSpec = { flags: "-h, --help", summary: "display help for command" };

/** `words` are those behind `meshroom`, the last of them is begun and may be empty. */
export function complete(root: string, words: readonly string[]): Candidates {
  const begun = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const candidates = candidatesFor(root, before, begun);
  if (candidates === files) return files;
  // A name that can't be shown as it is can't be typed either, and would be part of a command line that runs.
  const named = candidates.filter(
    ({ word }) => word.startsWith(begun) && visible(word) === word && !word.includes("\t"),
  );
  return named.map(({ word, summary }) => ({ word, ...(summary !== undefined && { summary: visible(summary) }) }));
}

function candidatesFor(root: string, before: readonly string[], begun: string): Candidates {
  const called = findCalled(before);
  if (called) return new CommandLine(root, called, before).next(begun);
  const valued = optionTakingValue(programOptions, before.at(-1));
  if (valued) return valuesOf(root, valued, {});
  const [family, ...others] = before.filter(
    (word, index) => !word.startsWith("-") && !optionTakingValue(programOptions, before[index - 1]),
  );
  if (others.length > 0 || (family !== undefined && !Object.hasOwn(families, family))) return [];
  if (begun.startsWith("-")) return flagsOf(family ? [helpOption] : [...programOptions, helpOption]);
  return family ? membersOf(family) : verbs();
}

function verbs(): Candidate[] {
  const single = entries.filter(({ name, isHidden }) => !name.includes(" ") && !isHidden);
  const grouped = Object.entries(families).map(([word, summary]) => ({ word, summary }));
  return [...single.map(({ name, summary }) => ({ word: name, summary })), ...grouped].sort((a, b) =>
    a.word < b.word ? -1 : 1,
  );
}

function membersOf(family: string): Candidate[] {
  const members = entries.filter(({ name }) => name.startsWith(`${family} `));
  return members.map(({ name, summary }) => ({ word: name.slice(family.length + 1), summary }));
}

/** What stands behind the name of a command. */
class CommandLine {
  readonly #command: Command;
  readonly #options: readonly OptionSpec[];
  readonly #positionals: string[] = [];
  /** The option whose value comes next. */
  #valued: OptionSpec | undefined;
  #isPastOptions = false;

  constructor(
    private readonly root: string,
    entry: Entry,
    before: readonly string[],
  ) {
    this.#command = loadCommand(entry);
    this.#options = [...optionsOf(this.#command), helpOption];
    const start = before.indexOf(entry.name.split(" ").at(-1) ?? "") + 1;
    for (const word of before.slice(start)) this.#take(word);
  }

  next(begun: string): Candidates {
    const specs = this.#command.arguments ?? [];
    const known = Object.fromEntries(this.#positionals.map((word, index) => [specs[index]?.name ?? "", word]));
    if (this.#valued) return valuesOf(this.root, this.#valued, known);
    if (begun.startsWith("-") && !this.#isPastOptions) return flagsOf(this.#options);
    const last = specs.at(-1);
    const argument = specs[this.#positionals.length] ?? (last?.isRepeated ? last : undefined);
    return argument ? valuesOf(this.root, argument, known) : [];
  }

  #take(word: string): void {
    if (this.#valued) this.#valued = undefined;
    else if (word === "--") this.#isPastOptions = true;
    else if (word.startsWith("-") && !this.#isPastOptions) this.#valued = optionTakingValue(this.#options, word);
    else this.#positionals.push(word);
  }
}

function optionTakingValue(options: readonly OptionSpec[], word: string | undefined): OptionSpec | undefined {
  return options.find(({ flags }) => flags.includes("<") && word !== undefined && wordsOf(flags).includes(word));
}

function flagsOf(options: readonly OptionSpec[]): Candidate[] {
  return options
    .filter(({ isHidden }) => !isHidden)
    .map(({ flags, summary }) => ({ word: wordsOf(flags).at(-1) ?? "", summary }));
}

/** `-m` and `--mode` of `-m, --mode <mode>`. */
function wordsOf(flags: string): string[] {
  return flags
    .replace(/[<[].*$/, "")
    .trim()
    .split(/, */);
}

function valuesOf(
  root: string,
  { choices, completes }: ArgumentSpec | OptionSpec,
  known: Record<string, string>,
): Candidates {
  if (choices) return choices.map((word) => ({ word }));
  return completes === undefined ? [] : namesOf(completes, root, known);
}

function namesOf(completes: Completion, root: string, known: Record<string, string>): Candidates {
  const words = (names: Iterable<string>) => [...new Set(names)].map((word) => ({ word }));
  switch (completes) {
    case "product":
      return words(knownProducts(root));
    case "instance":
      return words(knownInstances(root));
    case "topic":
      return words(knownTopics(root));
    case "plug-topic":
      return words(knownPlugs(root, {}).map(({ topic }) => topic));
    case "plug-source":
      return words(knownPlugs(root, { topic: known.topic }).map(({ source }) => source));
    case "plug-destination":
      return words(knownPlugs(root, { topic: known.topic, source: known.src }).map(({ destination }) => destination));
    case "template":
      return listTemplates().map(({ name, title }) => ({ word: name, summary: title }));
    case "folder":
      return files;
  }
}
