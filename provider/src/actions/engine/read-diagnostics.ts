// Problems come back from the engine as the text that our provider and program have printed: read as diagnostics again.
import { CONTINUED, type Diagnostic, type DiagnosticCode, REPAIR } from "../../diagnostic";

/** The first line of `formatDiagnostic`. */
const head = /^(?:(.+?):(\d+):(\d+): )?(error|warning): (.*?)(?: \[([A-Z_]+)\])?$/;

/** `text` may hold several. What is not in our form is the summary of one: the engine's words, or another provider's. */
export function readDiagnostics(text: string, severity: Diagnostic["severity"], resource?: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of unwrap(text).split("\n")) {
    const match = head.exec(line);
    const last = found.at(-1);
    if (match) found.push(fromHead(match));
    else if (!last) return [foreign(text, severity, resource)];
    else continueDiagnostic(last, line);
  }
  return found;
}

function continueDiagnostic(diagnostic: Diagnostic, line: string): void {
  if (line.startsWith(CONTINUED)) diagnostic.summary += `\n${line.slice(CONTINUED.length)}`;
  else if (line.startsWith(REPAIR)) diagnostic.remedy = inOurWords(line.slice(REPAIR.length));
  else if (diagnostic.remedy !== undefined) diagnostic.remedy += `\n${line.trim()}`;
  else if (line.startsWith("  ")) diagnostic.frame = [diagnostic.frame, line].filter(Boolean).join("\n");
  // Not in our form: the engine's words after ours.
  else diagnostic.summary += `\n${line}`;
}

/** The engine lists what a resource has failed with: `1 error occurred:`, then `* ` before each. */
function unwrap(text: string): string {
  if (!/^\d+ errors? occurred:\n/.test(text)) return text;
  return text
    .slice(text.indexOf("\n") + 1)
    .replace(/^\t(\* )?/gm, "")
    .trim();
}

/** The provider speaks to whoever runs `pulumi`; here the same is done by our own commands. */
function inOurWords(remedy: string): string {
  return remedy.replaceAll("`pulumi up`", "`meshroom up`").replaceAll("`pulumi destroy`", "`meshroom down`");
}

function fromHead([, file, line, column, severity, summary, code]: RegExpExecArray): Diagnostic {
  return {
    code: (code ?? "ENGINE_FAILED") as DiagnosticCode,
    severity: severity as Diagnostic["severity"],
    summary: summary ?? "",
    ...(file !== undefined && { at: { file, line: Number(line), column: Number(column) } }),
  };
}

function foreign(text: string, severity: Diagnostic["severity"], resource: string | undefined): Diagnostic {
  return { code: "ENGINE_FAILED", severity, summary: resource === undefined ? text : `${resource}: ${text}` };
}
