// Problems come back from the engine as the text that our provider and program have printed: read as diagnostics again.
import type { Diagnostic, DiagnosticCode } from "../../diagnostic";

/** The first line of `formatDiagnostic`. */
const head = /^(?:(.+?):(\d+):(\d+): )?(error|warning): (.*?)(?: \[([A-Z_]+)\])?$/;
const repair = "  to repair: ";

/** `text` may hold several. What is not in our form is the summary of one: the engine's words, or another provider's. */
export function readDiagnostics(text: string, severity: Diagnostic["severity"], resource?: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  let isEnded = true;
  for (const line of unwrap(text).split("\n")) {
    const match = head.exec(line);
    const last = found.at(-1);
    if (match) found.push(fromHead(match));
    else if (!last) return [foreign(text, severity, resource)];
    else if (line.startsWith(repair)) last.remedy = inOurWords(line.slice(repair.length));
    else if (line.startsWith("  ") && isEnded) last.frame = [last.frame, line].filter(Boolean).join("\n");
    // A summary of several lines has its code at the end of the last.
    else continueSummary(last, line);
    isEnded = found.at(-1)?.code !== "ENGINE_FAILED";
  }
  return found;
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

function continueSummary(diagnostic: Diagnostic, line: string): void {
  const [, text = "", code] = /^(.*?)(?: \[([A-Z_]+)\])?$/.exec(line) ?? [];
  if (diagnostic.code !== "ENGINE_FAILED") return;
  diagnostic.summary += `\n${text}`;
  if (code !== undefined) diagnostic.code = code as DiagnosticCode;
}

function foreign(text: string, severity: Diagnostic["severity"], resource: string | undefined): Diagnostic {
  return { code: "ENGINE_FAILED", severity, summary: resource === undefined ? text : `${resource}: ${text}` };
}
