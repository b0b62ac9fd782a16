// Prints results and problems: data on stdout, as text or JSON, everything else on stderr.
import { once } from "node:events";
import { visibleJson } from "../../base/visible";
import { type Diagnostic, formatDiagnostic } from "../../diagnostic";
import type { Result } from "../parse/command";
import { printable } from "./printable";
import { type View, viewOf } from "./view";

/** Writes a result; done when stdout has taken it. Stops in silence when the reader has gone (`| head`). */
export async function printResult(result: Result, isJson: boolean): Promise<void> {
  const lines = isJson ? jsonLines(result) : result.text(await openView(process.stdout));
  for await (const line of lines) if (!(await writeLine(line))) return;
  for (const note of isJson ? [] : (result.notes ?? [])) process.stderr.write(`${printable(note)}\n`);
  await printDiagnostics(result.diagnostics ?? []);
}

export async function printDiagnostics(diagnostics: readonly Diagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const view = await openView(process.stderr);
  for (const diagnostic of diagnostics) process.stderr.write(`${printable(describeProblem(diagnostic, view))}\n`);
}

/** {@link formatDiagnostic} with its severity in colour. */
export function describeProblem(diagnostic: Diagnostic, view: View): string {
  const { severity } = diagnostic;
  const word = `${severity}:`;
  const colour = severity === "error" ? "red" : "yellow";
  return formatDiagnostic(diagnostic).replace(word, view.style(["bold", colour], word));
}

/** What is left of a diagnostic in JSON: all but the cause, which is for debugging. */
export function diagnosticJson({ cause: _, ...diagnostic }: Diagnostic): Omit<Diagnostic, "cause"> {
  return diagnostic;
}

export async function openView(stream: NodeJS.WriteStream): Promise<View> {
  const { default: widthOf } = await import("fast-string-width");
  return viewOf(stream, (text) => widthOf(text));
}

async function* jsonLines({ json, isJsonLines }: Result): AsyncGenerator<string> {
  if (!isStream(json)) {
    yield visibleJson(json ?? null, 2);
    return;
  }
  if (isJsonLines) {
    for await (const item of json) yield visibleJson(item);
    return;
  }
  let last: string | undefined;
  yield "[";
  for await (const item of json) {
    if (last !== undefined) yield `  ${last},`;
    last = visibleJson(item);
  }
  if (last !== undefined) yield `  ${last}`;
  yield "]";
}

function isStream(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** False when nobody reads any more. */
async function writeLine(line: string): Promise<boolean> {
  if (process.stdout.destroyed || process.stdout.errored) return false;
  if (!process.stdout.write(`${printable(line)}\n`)) await once(process.stdout, "drain").catch(() => undefined);
  return !process.stdout.errored;
}
