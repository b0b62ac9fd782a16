// What `up` or `down` is going to do, before it does it: shown and confirmed, then run.
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Diagnostic } from "../diagnostic";
import type { PlugSelection } from "./choose-plugs";
import type { Deployment } from "./engine/deployment";
import type { Change } from "./engine/events";
import { diagnosticsOf, type EngineOptions, type EngineRun } from "./engine/run";

export type { Change, ResourceRef, RunEvent } from "./engine/events";

/** `onEvent` is told what is said while the plan is made. */
export interface PlanRequest extends RunOptions {
  /** Absolute path of the project. */
  root: string;
  selection: PlugSelection;
  /** Name of the stack; the selected one where absent. */
  stack?: string;
  /** Ask the tenants first whether what is up is still there. */
  refresh?: boolean;
}

export interface UpRequest extends PlanRequest {
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

export type RunOptions = Pick<EngineOptions, "signal" | "isInterrupted" | "onEvent">;

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
export function shownChanges(changes: readonly Change[]): Change[] {
  return changes.filter(
    ({ kind, operation }) => kind !== "internal" && operation !== "same" && operation !== "refresh",
  );
}

export function outcomeOf(run: EngineRun, isDone: boolean): Outcome {
  const results = shownChanges(run.changes).map((change) => ({ ...change, isDone: !run.failed.has(change.urn) }));
  return { results, problems: diagnosticsOf(run.problems), isCancelled: run.isCancelled, isDone };
}

/** The part of a request or of options that the engine hears of. */
export function listening({ signal, isInterrupted, onEvent }: RunOptions): RunOptions {
  return { signal, isInterrupted, onEvent };
}
