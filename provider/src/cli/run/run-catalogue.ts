// What `pull` and `publish` have in common: the lines of their hooks, and what was run.
import type { CatalogueEvent, CatalogueOptions, CatalogueRun } from "../../actions/exchange/run-catalogue-hooks";
import type { Call, Result } from "../parse/command";
import { listenForInterrupts } from "./interrupts";

/** Runs an action and tells on stderr how it goes. */
export async function withProgress(
  call: Call,
  work: (options: CatalogueOptions) => Promise<CatalogueRun[]>,
): Promise<Result> {
  const interrupts = listenForInterrupts(() => undefined);
  try {
    const runs = await work({ signal: interrupts.signal, onEvent: (event) => report(call, event) });
    const json = runs.map(({ hook, product, integration }) => ({
      product,
      hook: hook.title,
      file: hook.file,
      ...(integration && { integration: nameOf(integration) }),
    }));
    return { json, text: () => json.map((run) => `${run.integration ?? run.product}: ${run.hook}: done`) };
  } finally {
    interrupts.stop();
  }
}

function report(call: Call, { type, hook, product, integration, level, text }: CatalogueEvent): void {
  const where = integration ? nameOf(integration) : product;
  if (type === "started") call.terminal.report(`${where}: ${hook.title}`);
  else if (type === "line" && (level !== "debug" || call.isDebug)) call.terminal.report(`${text}`);
}

function nameOf({ product, target, topic, role }: NonNullable<CatalogueRun["integration"]>): string {
  return `${product} with ${target}, ${topic} ${role}`;
}
