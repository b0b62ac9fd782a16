// `up` and `down` alike: make the plan, show it, ask, run it, say what came of it.

import type { Outcome, Plan, RunOptions } from "../../actions/engine/plan";
import { hasTerminal, MANUAL_STEPS_DONE, serveTerminal, TERMINAL } from "../../base/ask-person";
import { MeshroomError } from "../../diagnostic";
import { openPrompter } from "../ask/prompter";
import { type Call, CancelledError, type OptionSpec, type Result, UsageError } from "../parse/command";
import { describePlan, summariseOutcome, summarisePlan } from "../show/describe-plan";
import { openView } from "../show/print";
import { openProgress, type Progress } from "../show/progress";
import { listenForInterrupts } from "./interrupts";

export const planOptions: readonly OptionSpec[] = [
  { flags: "-y, --yes", summary: "do not ask, do it" },
  { flags: "--preview", summary: "show what would be done, and do nothing" },
  { flags: "--refresh", summary: "ask the tenants first whether what is up is still there" },
  {
    flags: "--assume-manual-steps-done",
    summary: "take for done what hooks tell a person to do, instead of asking",
  },
  { flags: "--stack <name>", summary: "the stack of a Pulumi program; the selected one where absent" },
];

interface Verb {
  /** `up`, `down`. */
  name: string;
  /** What is said where there is nothing to do. */
  nothing: string;
  plan(options: RunOptions): Promise<Plan>;
}

/** @throws UsageError where nobody can be asked and `-y` is missing; CancelledError; as planUp and planDown */
export async function runPlan(call: Call, verb: Verb): Promise<Result> {
  const isPreview = call.flag("preview");
  if (!isPreview && !call.flag("yes") && !call.terminal.isInteractive) {
    throw new UsageError(
      `${verb.name} asks before it changes anything, and there is no terminal to ask on`,
      "add -y, or --preview to look only",
    );
  }
  const { plan, view } = await preview(call, verb);
  if (!plan.canRun) return { ...describedPlan(plan), exitCode: 1 };
  if (plan.changes.length === 0)
    return { ...describedPlan(plan), text: () => [`${verb.nothing} (stack ${plan.stack})`] };
  if (isPreview) return describedPlan(plan);
  for (const line of describePlan(plan, view)) call.terminal.report(line);
  if (!call.flag("yes")) await confirm(plan);
  return finish(plan, await carryOut(call, plan));
}

function describedPlan(plan: Plan): Result {
  const { stack, changes, problems } = plan;
  return {
    json: { stack, changes, diagnostics: problems },
    text: (view) => describePlan(plan, view),
    diagnostics: problems,
  };
}

/** Runs a plan without asking or telling more than its progress. @throws MeshroomError what has failed; CancelledError */
export async function runQuietly(call: Call, plan: Plan): Promise<void> {
  const { outcome } = plan.canRun
    ? await carryOut(call, plan)
    : { outcome: { ...nothingDone, problems: plan.problems } };
  if (outcome.isCancelled) throw new CancelledError();
  if (!outcome.isDone) throw new MeshroomError(outcome.problems);
}

const nothingDone = { results: [], isCancelled: false, isDone: false };

async function preview(call: Call, verb: Verb) {
  const plan = await attended(call, async (options, progress) => {
    progress.wait("comparing the mesh with what is up");
    const made = await verb.plan(options);
    if (options.isInterrupted()) throw new CancelledError();
    return made;
  });
  return { plan, view: await openView(process.stderr) };
}

type Attendance = Required<Pick<RunOptions, "signal" | "isInterrupted" | "environment">>;

/** Works while the progress is shown, Ctrl-C is heard and hooks can ask the person at the terminal. */
async function attended<T>(
  call: Call,
  work: (options: Attendance, progress: Progress) => Promise<T>,
  onInterrupt: (count: number, progress: Progress) => void = () => undefined,
): Promise<T> {
  const progress = await openProgress(call.terminal, await openView(process.stderr));
  const interrupts = listenForInterrupts((count) => onInterrupt(count, progress), true);
  const served = hasTerminal() ? serveTerminal(progress) : undefined;
  const environment = {
    ...(served && { [TERMINAL]: served.address }),
    ...(call.flag("assumeManualStepsDone") && { [MANUAL_STEPS_DONE]: "true" }),
  };
  const { signal, isRequested } = interrupts;
  try {
    return await work({ signal, isInterrupted: isRequested, environment }, progress);
  } finally {
    served?.close();
    progress.end();
    interrupts.stop();
  }
}

async function confirm(plan: Plan): Promise<void> {
  const summary = summarisePlan(plan);
  const prompter = await openPrompter();
  const isWanted = await prompter.confirm(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}?`, false);
  if (!isWanted) throw new CancelledError();
}

async function carryOut(call: Call, plan: Plan): Promise<{ outcome: Outcome; seconds: number }> {
  const start = Date.now();
  const run = (options: Attendance, progress: Progress) =>
    plan.run({ ...options, onEvent: (event) => progress.onEvent(event) });
  const outcome = await attended(call, run, (count, progress) => {
    progress.say(count > 1 ? "ending at once" : "finishing what is at work, then ending; again to end at once");
  });
  return { outcome, seconds: (Date.now() - start) / 1000 };
}

function finish(plan: Plan, { outcome, seconds }: { outcome: Outcome; seconds: number }): Result {
  const { results, problems, isDone, isCancelled } = outcome;
  const warnings = plan.problems.filter((known) => !problems.some(({ summary }) => summary === known.summary));
  return {
    json: { stack: plan.stack, changes: results, isDone, diagnostics: problems },
    text: () => [summariseOutcome(outcome, seconds)],
    diagnostics: [...warnings, ...problems],
    exitCode: isDone ? 0 : isCancelled ? 130 : 1,
  };
}
