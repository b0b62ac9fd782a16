// Stacks and causes, for `--debug` and for faults of ours.
import { MeshroomError } from "../../diagnostic";

/** The stack of an error and of what caused it; ends with a newline. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `${String(error)}\n`;
  const causes = error instanceof MeshroomError ? error.diagnostics.map(({ cause }) => cause) : [error.cause];
  const parts = causes.filter((cause) => cause !== undefined).map((cause) => `caused by: ${describeFault(cause)}`);
  return `${error.stack ?? error.message}\n${parts.join("")}`;
}
