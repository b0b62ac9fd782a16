// Runs the hooks of a product that work on the tree itself: `pull` and `publish`.
import type { Level } from "../../hooks/hosts/host-job";
import { HostPool } from "../../hooks/hosts/host-pool";
import { hookIntegration } from "../../mesh/end-inputs";
import { runHook } from "../../mesh/run-hook";
import type { HookDescription } from "../../model/hook";
import type { Integration, Project } from "../../model/types";
import { SecretMask } from "../../secrets/mask";

export interface CatalogueEvent {
  hook: HookDescription;
  product: string;
  integration: Integration | undefined;
  /** `started`, `done`, or a line that the hook has printed or logged. */
  type: "started" | "done" | "line";
  level?: Level;
  text?: string;
}

export interface CatalogueRun {
  hook: HookDescription;
  product: string;
  integration?: Integration;
}

export interface CatalogueOptions {
  signal?: AbortSignal;
  onEvent?(event: CatalogueEvent): void;
}

/** One after the other, since all of them write into the same tree. @throws MeshroomError HOOK_FAILED, ... of the first that fails */
export async function runCatalogueHooks(
  project: Project,
  runs: readonly CatalogueRun[],
  options: CatalogueOptions,
): Promise<void> {
  const pool = new HostPool(project.root);
  try {
    for (const run of runs) await runOne(project, pool, run, options);
  } finally {
    pool.close();
  }
}

async function runOne(
  project: Project,
  pool: HostPool,
  run: CatalogueRun,
  { signal, onEvent }: CatalogueOptions,
): Promise<void> {
  const { hook, product, integration } = run;
  const about = { hook, product, integration };
  onEvent?.({ ...about, type: "started" });
  await runHook({
    pool,
    root: project.root,
    hook,
    speaker: `${product}: ${hook.title}`,
    of: `product ${product}`,
    context: { product, integration: integration && { ...hookIntegration(integration), path: integration.path } },
    mask: new SecretMask(),
    signal,
    onLine: (level, text) => onEvent?.({ ...about, type: "line", level, text }),
  });
  onEvent?.({ ...about, type: "done" });
}
