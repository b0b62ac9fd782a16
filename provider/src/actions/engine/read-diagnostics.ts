// Problems come back from the engine as the text that our provider and program have printed: read as diagnostics again.
import { type Diagnostic, parseDiagnostics } from "../../diagnostic";

/** `text` may hold several. What is not in our form is the summary of one: the engine's words, or another provider's. */
export function readDiagnostics(text: string, severity: Diagnostic["severity"], resource?: string): Diagnostic[] {
  const found = parseDiagnostics(unwrap(text));
  if (!found) return [foreign(text, severity, resource)];
  return found.map(({ code, remedy, ...rest }) => ({
    code: code ?? "ENGINE_FAILED",
    ...rest,
    ...(remedy !== undefined && { remedy: inOurWords(remedy) }),
  }));
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

function foreign(text: string, severity: Diagnostic["severity"], resource: string | undefined): Diagnostic {
  return { code: "ENGINE_FAILED", severity, summary: resource === undefined ? text : `${resource}: ${text}` };
}
