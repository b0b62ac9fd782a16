// What `up` or `down` is going to do, before it does it: shown and confirmed, then run.
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Diagnostic } from "../../diagnostic";
import type { PlugQuery } from "../finding/find-plugs";
import type { Deployment } from "./deployment";
import type { Change } from "./events";
import { diagnosticsOf, type EngineRun, type RunOptions } from "./run-engine";

export type { Change, RunEvent } from "./events";
export type { RunOptions } from "./run-engine";

/** `onEvent` is told what is said while the plan is made. */
export interface PlanRequest extends RunOptions {
  /** Absolute path of the project. */
  root: string;
  /** Names or addresses. */
  selection: PlugQuery;
  /** Name of the stack; the selected one where absent. */
  stack?: string;
  /** Ask the tenants first whether what is up is still there. */
  refresh?: boolean;
}

export interface UpRequest extends PlanRequest {
  /** Load no hook file. */
  isStatic?: boolean;
  /** What a project without a Pulumi program runs. */
  program: PulumiFn;
}

export interface Plan {
  deployment: Deployment;
  stack: string;
  /** What differs, in the order in which it was found. */
  changes: readonly Change[];
  problems: readonly Diagnostic[];
  /** False where a problem stands in the way. */
  canRun: boolean;
  /** @throws MeshroomError STACK_LOCKED, ENGINE_FAILED */
  run(options: RunOptions): Promise<Outcome>;
}

/** What has become of one resource. */
export interface Result extends Change {
  isDone: boolean;
}

export interface Outcome {
  results: readonly Result[];
  problems: readonly Diagnostic[];
  isCancelled: boolean;
  /** True where all that was planned is done. */
  isDone: boolean;
}

/** Resources of the engine itself are nobody's concern, nor is what stays as it is. */
function shownChanges({ changes }: EngineRun): Change[] {
  return changes.filter(
    ({ kind, operation }) => kind !== "internal" && operation !== "same" && operation !== "refresh",
  );
}

/** The plan that a preview has found. `recovered`: what is to be said of what was taken into the state before. */
export function planOf(
  deployment: Deployment,
  stack: string,
  preview: EngineRun,
  recovered: readonly Diagnostic[],
  run: (options: RunOptions) => Promise<EngineRun>,
): Plan {
  return {
    deployment,
    stack,
    changes: plannedChanges(preview),
    problems: [...recovered, ...diagnosticsOf(preview.problems)],
    canRun: !preview.isCancelled && preview.isComplete,
    run: async (options) => outcomeOf(await run(options)),
  };
}

/** What is wrong is left as it is. */
function plannedChanges(run: EngineRun): Change[] {
  const broken = new Set(
    run.problems.flatMap(({ severity, resource }) => (severity === "error" && resource ? [resource.urn] : [])),
  );
  return shownChanges(run).filter(({ urn }) => !broken.has(urn));
}

function outcomeOf(run: EngineRun): Outcome {
  const results = shownChanges(run).map((change) => ({ ...change, isDone: !run.failed.has(change.urn) }));
  const isDone = run.isComplete && run.failed.size === 0 && !run.isCancelled;
  return { results, problems: diagnosticsOf(run.problems), isCancelled: run.isCancelled, isDone };
}
