// `meshroom`: parses argv, runs one command, prints its result. The only place that catches errors.

import { withoutRelativeFolders } from "../base/find-program";
import { MeshroomError } from "../diagnostic";
import { Terminal } from "./ask/terminal";
import { CancelledError, UsageError } from "./parse/command";
import { parse } from "./parse/program";
import { diagnosticJson, printDiagnostics, printResult } from "./show/print";
import { printable } from "./show/printable";
import { describeFault } from "./show/stack-trace";

/** `node:sqlite` and `@pulumi/pulumi` need it. */
const OLDEST_NODE = [22, 13] as const;

function isNodeTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** @returns the exit code: 0 done, 1 diagnostics, 2 usage, 70 a fault of ours, 130 cancelled */
async function main(argv: readonly string[]): Promise<number> {
  if (isNodeTooOld()) {
    process.stderr.write(`error: meshroom needs Node ${OLDEST_NODE.join(".")} or newer, this is ${process.version}\n`);
    return 1;
  }
  process.env.PATH = withoutRelativeFolders(process.env.PATH ?? "");
  const terminal = new Terminal();
  // A reader that goes away (`| head`) is no fault.
  process.stdout.on("error", () => undefined);
  try {
    const parsed = parse(argv, terminal);
    if ("text" in parsed) {
      process.stdout.write(parsed.text);
      return 0;
    }
    terminal.announceToGpg();
    const result = await parsed.command.run(parsed.call);
    await printResult(result, parsed.call.isJson);
    return result.exitCode ?? 0;
  } catch (error) {
    return await explain(error, argv);
  } finally {
    terminal.close();
  }
}

async function explain(error: unknown, argv: readonly string[]): Promise<number> {
  if (error instanceof MeshroomError) {
    if (argv.includes("--json")) {
      await printResult({ json: { diagnostics: error.diagnostics.map(diagnosticJson) }, text: () => [] }, true);
    }
    await printDiagnostics(error.diagnostics);
    if (argv.includes("--debug") || argv.includes("-d")) process.stderr.write(printable(describeFault(error)));
    return 1;
  }
  if (error instanceof UsageError) {
    process.stderr.write(printable(`error: ${error.message}\n${error.remedy ? `  see: ${error.remedy}\n` : ""}`));
    return 2;
  }
  if (error instanceof CancelledError) {
    process.stderr.write(`${printable(error.message)}\n`);
    return 130;
  }
  process.stderr.write(
    printable(`this is a fault of meshroom itself, please report it with these lines:\n${describeFault(error)}`),
  );
  return 70;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
