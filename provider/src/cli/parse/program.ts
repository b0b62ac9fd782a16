// From argv to a call: the commands of the registry as a Commander program, of which only the called one is loaded.
import { resolve } from "node:path";
import { Argument, CommanderError, Option, Command as Program } from "commander";
import { findProjectRoot } from "../../actions/finding/find-root";
import type { Terminal } from "../ask/terminal";
import { readVersion } from "../version";
import { type ArgumentSpec, type Call, type Command, type OptionSpec, UsageError } from "./command";
import { type Entry, entries, families, findCalled, groups, loadCommand } from "./registry";

/** What argv asks for: to run a command, or to show a help text or the version. */
export type Parsed = { command: Command; call: Call } | { text: string };

const exitCodes = `Exit codes:
  0    done
  1    something is wrong with the project or with the request, as stderr says
  2    the command line can't be understood
  70   a fault of meshroom itself
  130  interrupted`;

const commonOptions: readonly OptionSpec[] = [
  { flags: "--json", summary: "print the result as JSON" },
  { flags: "-d, --debug", summary: "print causes and stack traces of errors" },
  // `-p` is another option of some commands, so that only the long form works behind the command.
  { flags: "--path <path>", summary: "the project's folder", isHidden: true, completes: "folder" },
];

/** @throws UsageError */
export function parse(typed: readonly string[], terminal: Terminal): Parsed {
  const argv = typed[0] === "help" ? [...typed.slice(1), "--help"] : typed;
  const called = findCalled(argv);
  let parsed: Parsed | undefined;
  let text = "";
  const program = makeProgram((part) => {
    text += part;
  });
  for (const entry of entries) {
    const place = placeOf(program, entry);
    const command = place.command(entry.name.split(" ").at(-1) ?? "", { hidden: entry.isHidden });
    command.summary(entry.summary);
    if (place === program) command.helpGroup(`${groups[entry.group]}:`);
    if (entry !== called) continue;
    const loaded = loadCommand(entry);
    describe(command, entry, loaded);
    command.action(() => {
      parsed = { command: loaded, call: makeCall(program, command, terminal, loaded.needsNoProject) };
    });
  }
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.help" && !familyIn(argv)) program.outputHelp();
    else if (error.exitCode !== 0) throw usageError(error, argv, called);
  }
  return parsed ?? { text };
}

/** The words of options that every command has. */
export function optionsOf(command: Command): OptionSpec[] {
  return [...(command.options ?? []), ...commonOptions];
}

function makeProgram(write: (text: string) => void): Program {
  const program = new Program("meshroom")
    .description("Connect security products: a git-backed folder describes the mesh, Pulumi sets it up.")
    .option("-p, --path <path>", "the project's folder; else the nearest one above the current folder")
    .version(readVersion(), "-v, --version", "print the version")
    .addOption(new Option("-d, --debug").hideHelp())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: () => undefined,
      getOutHelpWidth: () => (process.stdout.isTTY ? process.stdout.columns : 80),
    })
    .configureHelp({ styleTitle: bold, showGlobalOptions: false })
    .addHelpText("after", `\n${exitCodes}\n\nHelp on a command: meshroom COMMAND --help`);
  return program.helpCommand(false);
}

function bold(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}

/** Where an entry's command belongs: the program, or the command of its family, which is made for the first of them. */
function placeOf(program: Program, { name, group }: Entry): Program {
  if (!name.includes(" ")) return program;
  const family = name.slice(0, name.indexOf(" "));
  const made = program.commands.find((command) => command.name() === family);
  if (made) return made;
  const summary = families[family] ?? "";
  return program
    .command(family)
    .summary(summary)
    .description(sentence(summary))
    .helpCommand(false)
    .helpGroup(`${groups[group]}:`);
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function describe(program: Program, entry: Entry, command: Command): void {
  program.description([sentence(entry.summary), command.description].filter((part) => part !== undefined).join("\n\n"));
  for (const argument of command.arguments ?? []) program.addArgument(makeArgument(argument));
  for (const option of optionsOf(command)) program.addOption(makeOption(option));
  const width = Math.max(...command.examples.map((example) => example.command.length));
  const examples = command.examples.map(({ command: typed, does }) =>
    width + does.length > 62 ? `  # ${does}\n  meshroom ${typed}` : `  meshroom ${typed.padEnd(width)}  # ${does}`,
  );
  program.addHelpText("after", ["", "Examples:", ...examples].join("\n"));
}

function makeArgument({ name, summary, isOptional, isRepeated, choices }: ArgumentSpec): Argument {
  const word = isRepeated ? `${name}...` : name;
  const argument = new Argument(isOptional ? `[${word}]` : `<${word}>`, summary);
  return choices ? argument.choices(choices) : argument;
}

function makeOption({ flags, summary, choices, isRepeated, isHidden }: OptionSpec): Option {
  const option = new Option(flags, summary);
  if (choices) option.choices(choices);
  if (isRepeated) option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
  return isHidden ? option.hideHelp() : option;
}

function makeCall(program: Program, command: Program, terminal: Terminal, needsNoProject = false): Call {
  const options = command.opts<Record<string, unknown>>();
  const names = command.registeredArguments.map((argument) => argument.name());
  const argument = (name: string): string | undefined => {
    const value: unknown = command.processedArgs[names.indexOf(name)];
    return typeof value === "string" ? value : undefined;
  };
  const path = (options.path ?? program.opts<{ path?: string }>().path) as string | undefined;
  const nearest = needsNoProject ? undefined : findProjectRoot(process.cwd());
  return {
    root: path === undefined ? (nearest ?? process.cwd()) : resolve(path),
    terminal,
    isDebug: options.debug === true || program.opts<{ debug?: boolean }>().debug === true,
    isJson: options.json === true,
    argument,
    required(name) {
      const value = argument(name);
      if (value === undefined) throw new RangeError(`${name} is no required argument of ${command.name()}`);
      return value;
    },
    words(name) {
      const value: unknown = command.processedArgs[names.indexOf(name)];
      return Array.isArray(value) ? (value as string[]) : [];
    },
    text: (option) => (typeof options[option] === "string" ? options[option] : undefined),
    list: (option) => (Array.isArray(options[option]) ? (options[option] as string[]) : []),
    // Commander makes `input: false` of `--no-input`.
    flag: (option) =>
      options[option] === true || options[option.replace(/^no(.)/, (_, first) => first.toLowerCase())] === false,
  };
}

function familyIn(argv: readonly string[]): string | undefined {
  return argv.find((word) => Object.hasOwn(families, word));
}

function usageError(error: CommanderError, argv: readonly string[], called: Entry | undefined): UsageError {
  const name = called?.name ?? familyIn(argv);
  const help = `meshroom ${name ? `${name} ` : ""}--help`;
  // Commander writes to stderr what a family without a command calls for: its help.
  if (error.code === "commander.help") return new UsageError(`${name ?? "meshroom"} needs a command`, help);
  const message = error.message
    .replace(/^error: /, "")
    .replace(/\n/g, " ")
    .replace(
      /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
      "`$1` is no $2: use one of $3",
    );
  return new UsageError(message, help);
}
