// Teardown of a plug: its recorded steps, from the first that has not ended.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { HookError } from "../../mesh/run-hook";
import { closeSettings, openSettings } from "../../mesh/secret-settings";
import type { PlugOutputs, StepInputs } from "../../mesh/stored";
import { forgetAdoption } from "./adoption";
import { logToResource } from "./engine-log";
import { refuseProblem } from "./held-back";
import { type PlugRun, runStep, startRun, titleOf } from "./hook-runs";
import { asFailure, LifecycleError } from "./lifecycle-error";
import { setupSteps } from "./plug-change";
import { ahead, openJournal, Progress, type Unrecorded } from "./plug-journal";
import { recordedTree } from "./recorded-tree";

/** `stored`: what the state says of the plug; the journal may know more. @throws LifecycleError */
export async function tearDownAll(id: string, stored: PlugOutputs): Promise<void> {
  refuseProblem(stored);
  const journal = await openJournal(stored);
  const unrecorded = ahead(journal, id, stored);
  const outs = unrecorded?.properties ?? stored;
  const run = await startRun(outs, openSettings(outs), outs.__secretState ?? {});
  if (unrecorded?.inFlight && unrecorded.kind !== "delete") await finishInterrupted(run, unrecorded, stored);
  const steps = run.plan.steps.filter((step) => step.kind === "teardown" && outs.__touched.includes(step.side));
  const tornDown = unrecorded?.kind === "delete" ? unrecorded.tornDown : 0;
  const start = { id, kind: "delete", base: stored, ahead: unrecorded, done: 0, touched: outs.__touched } as const;
  run.progress = await Progress.begin(journal, run, { ...start, tornDown });
  try {
    for (const [index, step] of steps.entries()) {
      if (index < tornDown) continue;
      void logToResource(outs.__urn, "info", `${index + 1}/${steps.length} ${titleOf(run, step)}`, true);
      await tearDown(run, step, index, outs.revision);
    }
    run.progress.end({ ...outs, state: closeSettings(run.settings, run.inputs), __done: 0 });
  } catch (error) {
    const failure = asFailure(error, run);
    const remedy = failure.remedy ?? "repair the cause and run the command again: until then the plug is kept";
    throw new LifecycleError({ ...failure, remedy });
  }
  await forgetAdoption(run.root, run.plan, outs, run.settings);
}

/**
 * What a set-up step had made when its process was killed is not known, so it could not be torn down. Called again as the same attempt, the step
 * finds it, and says.
 */
async function finishInterrupted(run: PlugRun, unrecorded: Unrecorded, base: object): Promise<void> {
  const { id, kind, properties, inFlight } = unrecorded;
  const index = inFlight?.step ?? 0;
  const step = setupSteps(properties)[index];
  if (!step) return;
  const start = { id, kind, base, ahead: unrecorded, done: properties.__done, touched: properties.__touched };
  run.progress = await Progress.begin(await openJournal(properties), run, start);
  try {
    await runStep(run, step, index);
  } catch (error) {
    const { summary } = asFailure(error, run);
    await logToResource(run.inputs.__urn, "warning", `what this interrupted step had made is not known: ${summary}`);
  }
}

/** With the hook as it is in the tree; where that is gone, as it was when the plug was set up. */
async function tearDown(run: PlugRun, step: StepInputs, index: number, revision: string | undefined): Promise<void> {
  try {
    if (existsSync(join(run.root, step.file))) {
      await runStep(run, step, index);
      return;
    }
  } catch (error) {
    if (!(error instanceof HookError) || error.failure.rule !== "missing") throw error;
  }
  const recorded = { ...run, root: await recordedTree(run.root, revision, step.file) };
  await runStep(recorded, step, index);
  run.settings = recorded.settings;
}
