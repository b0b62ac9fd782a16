// The one error type: what rule was broken, where, what was found and how to repair it.

import { visible, visibleLines } from "./base/visible";

/** Every kind of problem that is reported to a user. `docs/errors.md` has one row per code; a test keeps both complete. */
export type DiagnosticCode =
  // the tree on disk
  | "YAML_SYNTAX"
  | "YAML_DUPLICATE_KEY"
  | "FILE_ENCODING"
  | "FILE_UNREADABLE"
  | "MANIFEST_SHAPE"
  | "MANIFEST_DUPLICATE"
  | "NAME_INVALID"
  | "NAME_MISMATCH"
  | "PATH_ESCAPES"
  | "LAYOUT_OLD"
  | "PROJECT_NOT_FOUND"
  | "FOLDER_OCCUPIED"
  | "TEMPLATE_UNKNOWN"
  | "PROJECT_FAULTY"
  | "PRODUCT_UNKNOWN"
  | "INSTANCE_UNKNOWN"
  | "INSTANCE_AMBIGUOUS"
  | "INSTANCE_DUPLICATE"
  | "INTEGRATION_NAME"
  | "PLUG_NAME"
  | "PLUG_UNKNOWN"
  | "PLUG_SELF"
  | "PLUG_DUPLICATE"
  | "PLUG_AMBIGUOUS"
  | "PLUG_UP"
  | "SETTING_TYPE"
  | "SETTING_UNKNOWN"
  | "SETTING_MISSING"
  | "SECRET_IN_CLEAR"
  | "MORE_PROBLEMS"
  // matching and resolving
  | "CAPABILITY_MISSING"
  | "CAPABILITY_MISMATCH"
  | "PLUG_UNOWNED"
  | "OWNER_INVALID"
  | "PLUG_CYCLE"
  // hooks
  | "HOOK_HOST"
  | "HOOK_LOAD"
  | "HOOK_COMPUTED"
  | "HOOK_NOT_FOUND"
  | "HOOK_FAILED"
  | "HOOK_TIMEOUT"
  | "HOOK_EXITED"
  | "HOOK_RESULT"
  | "HOOK_STALE"
  | "HOOK_WARNING"
  // secrets
  | "SECRET_MISSING"
  | "SECRET_NAME_SHARED"
  | "STORE_MISSING"
  | "STORE_NO_KEY"
  | "STORE_WRONG_PASSPHRASE"
  | "STORE_NOT_FOR_YOU"
  | "STORE_CORRUPT"
  | "STORE_NOT_JSON"
  | "STORE_LOCKED"
  | "STORE_READ_ONLY"
  | "RECIPIENT_EXPIRED"
  | "RECIPIENT_MISSING"
  | "RECIPIENT_LAST"
  | "RECIPIENT_UNKNOWN"
  | "RECIPIENT_UNUSED"
  | "RECIPIENTS_CHANGED"
  | "KEY_INVALID"
  | "KEY_IN_PROJECT"
  | "GPG_NOT_FOUND"
  | "GPG_AGENT"
  // running
  | "CONFIG_INVALID"
  | "ENGINE_MISSING"
  | "ENGINE_FAILED"
  | "STACK_UNKNOWN"
  | "STACK_LOCKED"
  | "RUN_INTERRUPTED"
  | "REVISION_MISSING"
  | "USER_FOLDER"
  | "WORK_FOLDER"
  | "INTERNAL";

/** A place in a file. `file` is relative to the project's root with `/`; `line` and `column` count from 1. */
export interface Location {
  file: string;
  line: number;
  column: number;
}

export interface Diagnostic {
  code: DiagnosticCode;
  severity: "error" | "warning";
  /** A lower-case clause: the rule and what was found instead. Holds no secret. */
  summary: string;
  /** What to do: best a command that can be copied. */
  remedy?: string;
  at?: Location;
  /** The offending source line with a caret below it, ready to print. */
  frame?: string;
  cause?: unknown;
}

/** Thrown by actions and loaders that cannot go on; carries everything that was found. */
export class MeshroomError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[] | Diagnostic) {
    const list = Array.isArray(diagnostics) ? (diagnostics as readonly Diagnostic[]) : [diagnostics as Diagnostic];
    super(list.map(formatDiagnostic).join("\n"));
    this.name = "MeshroomError";
    this.diagnostics = list;
  }
}

/**
 * One diagnostic as people read it: `file:line:column: error: summary [CODE]`, further lines of the summary, the caret frame, the remedy. What
 * it quotes from outside can't look like a line of ours, nor command a terminal.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { at, severity, summary, code, frame, remedy } = diagnostic;
  const place = at ? `${visible(at.file)}:${at.line}:${at.column}: ` : "";
  const [first, ...more] = visibleLines(summary);
  const lines = [`${place}${severity}: ${first} [${code}]`, ...more.map((line) => `${CONTINUED}${line}`)];
  if (frame) lines.push(...visibleLines(frame));
  if (remedy) lines.push(`${REPAIR}${visibleLines(remedy).join("\n    ")}`);
  return lines.join("\n");
}

/** How the further lines of a summary begin, and that of the remedy. */
const CONTINUED = "  | ";
const REPAIR = "  to repair: ";
const HEAD = /^(?:(.+?):(\d+):(\d+): )?(error|warning): (.*?)(?: \[([A-Z_]+)\])?$/;

/** A diagnostic that was read from text; without a code where none was found. */
export type ParsedDiagnostic = Omit<Diagnostic, "code"> & { code?: DiagnosticCode };

/** What {@link formatDiagnostic} has written, one after the other. Undefined for a text that begins otherwise. */
export function parseDiagnostics(text: string): ParsedDiagnostic[] | undefined {
  const found: ParsedDiagnostic[] = [];
  for (const line of text.split("\n")) {
    const last = found.at(-1);
    const head = HEAD.exec(line);
    if (head) found.push(parsedHead(head));
    else if (!last) return undefined;
    else continueParsed(last, line);
  }
  return found;
}

function parsedHead([, file, line, column, severity, summary, code]: RegExpExecArray): ParsedDiagnostic {
  return {
    ...(code !== undefined && { code: code as DiagnosticCode }),
    severity: severity as Diagnostic["severity"],
    summary: summary ?? "",
    ...(file !== undefined && { at: { file, line: Number(line), column: Number(column) } }),
  };
}

function continueParsed(diagnostic: ParsedDiagnostic, line: string): void {
  if (line.startsWith(CONTINUED)) diagnostic.summary += `\n${line.slice(CONTINUED.length)}`;
  else if (line.startsWith(REPAIR)) diagnostic.remedy = line.slice(REPAIR.length);
  else if (diagnostic.remedy !== undefined) diagnostic.remedy += `\n${line.trim()}`;
  else if (line.startsWith("  ")) diagnostic.frame = [diagnostic.frame, line].filter(Boolean).join("\n");
  // Not in our form: others' words after ours.
  else diagnostic.summary += `\n${line}`;
}

/** The source line at `at` with a caret under the column, for {@link Diagnostic.frame}. */
export function caretFrame(source: string, at: { line: number; column: number }): string {
  return caretBelow(source.split(/\r\n|\r|\n/)[at.line - 1] ?? "", at);
}

/** The same for a line that is known: a file with many problems is split once. */
export function caretBelow(text: string, at: { line: number; column: number }): string {
  const line = text.replace(/^\uFEFF/, "");
  const number = String(at.line);
  const start = Math.max(0, at.column - 80);
  const shown = line.slice(start, start + 120);
  const pad = visible(shown.slice(0, at.column - 1 - start)).replace(/[^\t]/g, " ");
  return `  ${number} | ${visible(shown)}\n  ${" ".repeat(number.length)} | ${pad}^`;
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
