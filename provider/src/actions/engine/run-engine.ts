// One preview or update of a stack: passes on what happens as it happens, and gives what came of it.

import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { type Diagnostic, formatDiagnostic, MeshroomError } from "../../diagnostic";
import { holdsVerdict } from "../../mesh/verdict";
import type { Deployment } from "./deployment";
import { type Change, type ResourceRef, type RunEvent, reduceEvent } from "./events";
import { explainFailure } from "./explain-failure";
import { isLockFailure, readHolders } from "./lock";
import { readDiagnostics } from "./read-diagnostics";
import { recoveryTexts, releaseEnded } from "./recover-stack";

/** Who listens to a run, and how it is ended. */
export interface RunOptions {
  /** Asks the engine to end: what runs is finished, nothing new is begun. */
  signal?: AbortSignal;
  /** Whether it has been asked by other ways: a terminal's Ctrl-C reaches the engine by itself. */
  isInterrupted?(): boolean;
  onEvent?(event: RunEvent): void;
  /** Added to the environment of the engine and of its hooks' provider. */
  environment?: Readonly<Record<string, string>>;
}

export interface EngineOptions extends RunOptions {
  /** URNs, or patterns of them; all where absent. */
  targets?: readonly string[];
  refresh?: boolean;
}

/** What the engine has found or done. */
export interface EngineRun {
  /** In the order in which the engine came to them, each resource once. */
  changes: Change[];
  failed: ReadonlySet<string>;
  problems: Problem[];
  isCancelled: boolean;
  /** False where the engine ended with an error, whatever it was. */
  isComplete: boolean;
}

/** Something wrong; of a resource where that is known. */
export interface Problem {
  resource: ResourceRef | undefined;
  severity: "warning" | "error";
  /** As it was said. */
  text: string;
  /** Lines that a hook has logged as warnings. */
  isOfHook?: true;
}

export type Verb = "preview-up" | "up" | "preview-down" | "down";

/** @throws MeshroomError STACK_LOCKED, ENGINE_FAILED: where no resource can be blamed */
export async function runEngine(
  deployment: Deployment,
  stack: Stack,
  verb: Verb,
  options: EngineOptions,
): Promise<EngineRun> {
  let record = new Recorder();
  stack.workspace.envVars = { ...stack.workspace.envVars, ...options.environment };
  const onEvent = (event: EngineEvent) => {
    const reduced = reduceEvent(event);
    if (reduced && record.keep(reduced)) options.onEvent?.(reduced);
  };
  const attempt = () => inFolder(deployment, () => call(stack, verb, { ...options, onEvent }));
  let failure = await attempt();
  if (failure !== undefined && isLockFailure(failure) && (await releaseEnded(deployment, stack.name, failure))) {
    record = new Recorder();
    record.warn(recoveryTexts({ released: readHolders(failure), interrupted: [] }));
    failure = await attempt();
  }
  const isCancelled = options.signal?.aborted === true || options.isInterrupted?.() === true;
  if (failure !== undefined && !isCancelled && record.errors === 0) {
    throw new MeshroomError(explainFailure(deployment, failure));
  }
  if (failure !== undefined && isLockFailure(failure)) {
    throw new MeshroomError(explainFailure(deployment, failure));
  }
  return { ...record.result(), isCancelled, isComplete: failure === undefined };
}

/** What the engine printed when it failed; undefined when it did not. */
async function call(
  stack: Stack,
  verb: Verb,
  { targets, refresh, signal, onEvent }: Omit<EngineOptions, "onEvent"> & { onEvent(event: EngineEvent): void },
): Promise<string | undefined> {
  const common = { target: targets && [...targets], refresh, signal, onEvent, color: "never" as const };
  const { CommandError } = require("@pulumi/pulumi/automation") as typeof import("@pulumi/pulumi/automation");
  try {
    if (verb === "preview-up") await stack.preview(common);
    // A plug that fails is no reason to leave the others.
    else if (verb === "up") await stack.up({ ...common, continueOnError: true, showSecrets: false });
    else if (verb === "preview-down") await stack.previewDestroy(common);
    else await stack.destroy({ ...common, continueOnError: true, showSecrets: false });
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

/**
 * Programs and the provider process find the project relative to their own folder, so that no absolute path is in the state. Ours runs in
 * this process.
 */
async function inFolder<T>({ kind, programFolder }: Deployment, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  if (kind === "local") process.chdir(programFolder);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}

/** Keeps what is shown at the end. */
class Recorder {
  readonly #changes = new Map<string, Change>();
  readonly #failed = new Set<string>();
  readonly #problems: Problem[] = [];

  get errors(): number {
    return this.#problems.filter(({ severity }) => severity === "error").length;
  }

  /** False for what was said before in the same words. */
  keep(event: RunEvent): boolean {
    if (event.type === "message") return event.severity === "info" || this.#keepProblem(event);
    if (event.type === "step") return true;
    if (event.type === "lines") {
      const { resource, severity, lines } = event;
      if (severity === "warning") this.#problems.push({ resource, severity, text: lines.join("\n"), isOfHook: true });
      return true;
    }
    if (event.type === "interrupted") {
      this.warn(describeOthers(event.resources.filter(({ kind }) => kind === "other")));
      return true;
    }
    if (event.type === "failed") this.#failed.add(event.change.urn);
    const known = this.#changes.get(event.change.urn);
    // Of a replacement, the first event counts: it says what differs. Reading a resource comes before what is done with it.
    if (!known || known.operation === "same" || known.operation === "refresh")
      this.#changes.set(event.change.urn, event.change);
    return true;
  }

  #keepProblem({ resource, severity, text }: Extract<RunEvent, { type: "message" }>): boolean {
    const isKnown = this.#problems.some((known) => known.resource?.urn === resource?.urn && known.text.includes(text));
    if (!isKnown && severity !== "info") this.#problems.push({ resource, severity, text });
    return !isKnown;
  }

  warn(texts: readonly string[]): void {
    this.#problems.push(...texts.map((text) => ({ resource: undefined, severity: "warning" as const, text })));
  }

  result(): Pick<EngineRun, "changes" | "failed" | "problems"> {
    return { changes: [...this.#changes.values()], failed: this.#failed, problems: this.#problems };
  }
}

/** What our recovery leaves alone: only their own provider knows what has become of them. */
function describeOthers(resources: readonly ResourceRef[]): string[] {
  if (resources.length === 0) return [];
  const names = resources.map(({ name }) => name).join(", ");
  return [
    `warning: the last run was ended while it was at work on ${names}, which are no part of the mesh [RUN_INTERRUPTED]\n  to repair: \`pulumi refresh\` asks what has become of them`,
  ];
}

/** What was said, as diagnostics, each once. */
export function diagnosticsOf(problems: readonly Problem[]): Diagnostic[] {
  const isSaid = problems.some((problem) => problem.severity === "error" && !isVerdict(problem));
  const said = problems
    .filter((problem) => !isSaid || !isVerdict(problem))
    .flatMap(({ text, severity, resource, isOfHook }) => {
      if (isOfHook) return text.split("\n").map((line) => hookWarning(`${resource?.name}: ${line}`));
      const name = resource && resource.kind !== "internal" ? resource.name : undefined;
      return readDiagnostics(text, severity, name);
    });
  return [...new Map(said.map((diagnostic) => [formatDiagnostic(diagnostic), diagnostic])).values()];
}

function hookWarning(summary: string): Diagnostic {
  return { code: "HOOK_WARNING", severity: "warning", summary };
}

/** The mesh's own last word, after the program has said what is wrong with each resource. */
export function isVerdict({ resource, text }: Problem): boolean {
  return (resource === undefined || resource.kind === "internal") && holdsVerdict(text);
}
