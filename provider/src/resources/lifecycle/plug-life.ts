// The life of a plug: create and update run its setup hooks, read its status hooks, delete its teardown hooks.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import type { Json } from "../../base/json";
import { visible } from "../../base/visible";
import { type Diagnostic, formatDiagnostic } from "../../diagnostic";
import { unpackPlan } from "../../mesh/pack-plan";
import { HookError } from "../../mesh/run-hook";
import { closeSettings, openSettings } from "../../mesh/secret-settings";
import type { MeshSources } from "../../mesh/secret-sources";
import type { PlugInputs, PlugOutputs, PlugPlan, StepInputs } from "../../mesh/stored";
import { secretName } from "../../secrets/sources";
import { forgetAdoption } from "./adoption";
import { asJson } from "./compare";
import { atBoundary } from "./engine-boundary";
import { logToResource } from "./engine-log";
import { holdBack, problemOf, refuseProblem } from "./held-back";
import { type PlugRun, runStep, startRun, titleOf } from "./hook-runs";
import { LifecycleError, PartialFailure } from "./lifecycle-error";
import {
  describeRest,
  firstStepToRun,
  isChanged,
  type KnownPlug,
  replacedFor,
  settingsAfter,
  setupSteps,
} from "./plug-change";
import { currentRevision, recordedTree } from "./recorded-tree";
import { digestSecrets, keepConfig, openSecrets } from "./stack-secrets";
import { seenOf } from "./this-run";

const PLUG_ID = "plug";

async function check(olds: Partial<PlugInputs>, news: PlugInputs) {
  seenOf(news).isRegistered = true;
  const problem = problemOf(news);
  if (problem !== undefined) return { inputs: await holdBack(olds, news, problem), failures: [] };
  const plan = unpackPlan(news.__plan);
  const secrets = await openSecrets(plan, news.__givenSecrets);
  const { inputs } = digestSecrets(secrets, plan, news, olds);
  seenOf(news).lacking = lackingSecrets(plan, secrets, inputs.secrets);
  return { inputs: asJson({ ...news, ...inputs }), failures: [] };
}

async function diff(_id: string, olds: KnownPlug, news: PlugInputs): Promise<dynamic.DiffResult> {
  const seen = seenOf(news);
  seen.wasThere = true;
  if (problemOf(news) !== undefined) return { changes: false };
  const replaces = replacedFor(olds, news);
  if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
  seen.kept = news;
  const why = olds.drift ? `to be set up again: ${olds.drift.join("; ")}` : describeRest(olds);
  if (why) await logToResource(news.__urn, "info", why);
  return { changes: isChanged(olds, news) };
}

async function create(inputs: PlugInputs): Promise<{ id: string; outs: PlugOutputs }> {
  const { wasThere, notTornDown } = seenOf(inputs);
  if (notTornDown) {
    const { outs, message } = notTornDown;
    throw new PartialFailure(PLUG_ID, asJson({ ...outs, __replace: true }), message);
  }
  refuseProblem(inputs);
  const run = await startRun(inputs, inputs.settings ?? {}, {});
  // Where it was torn down before, it is not there to be taken over.
  if (run.plan.adopt && !wasThere && (await isSetUp(run))) {
    await logToResource(inputs.__urn, "info", `taken over as it is: ${run.plan.manifest} says \`status: up\``);
    return { id: PLUG_ID, outs: await outputs(run, setupSteps(inputs).length) };
  }
  return { id: PLUG_ID, outs: await runSetup(run, 0) };
}

/** A plug that another tool has set up is taken over unless a status hook denies that it is there. */
async function isSetUp(run: PlugRun): Promise<boolean> {
  try {
    const found = await askStatus(run, new Set(["source", "destination"]));
    return found.every(({ answer }) => answer !== false);
  } catch (error) {
    throw new LifecycleError(asFailure(error, run));
  }
}

async function update(_id: string, olds: KnownPlug, news: PlugInputs): Promise<{ outs: PlugOutputs }> {
  refuseProblem(news);
  const run = await startRun(news, settingsAfter(olds, news), olds.__secretState ?? {});
  const from = firstStepToRun(olds, news);
  const isDone = from === setupSteps(news).length;
  return { outs: isDone ? await outputs(run, from, olds.__touched) : await runSetup(run, from, olds.__touched) };
}

/** Runs the setup steps from number `from` on. What is done and stored when one fails is kept with the resource. */
async function runSetup(
  run: PlugRun,
  from: number,
  touchedBefore: PlugOutputs["__touched"] = [],
): Promise<PlugOutputs> {
  const { inputs } = run;
  const steps = setupSteps(inputs);
  const touched = new Set(touchedBefore);
  let done = from;
  try {
    const lacking = lackingSecrets(run.plan, run.secrets, inputs.secrets);
    if (lacking) throw new LifecycleError(lacking);
    for (const step of steps.slice(from)) {
      void logToResource(inputs.__urn, "info", `${done + 1}/${steps.length} ${titleOf(run, step)}`, true);
      touched.add(step.side);
      await runStep(run, step);
      done++;
    }
  } catch (error) {
    const failure = asFailure(error, run);
    if (touched.size === 0) throw new LifecycleError(failure);
    const repair = failure.remedy ? `${failure.remedy}, then` : "repair the cause and";
    const remedy = `${repair} run \`pulumi up\` again: it goes on at step ${done + 1} of ${steps.length}`;
    const outs = await outputs(run, done, [...touched]);
    throw new PartialFailure(PLUG_ID, outs, formatDiagnostic({ ...failure, remedy }));
  }
  return outputs(run, done, [...touched]);
}

/** Whatever went wrong, as a diagnostic: what was done before it is kept even when the fault is ours. */
function asFailure(error: unknown, run: PlugRun): Diagnostic {
  if (error instanceof HookError) return error.diagnostics[0] as Diagnostic;
  if (error instanceof LifecycleError) return error.diagnostic;
  const message = run.mask.hide(error instanceof Error ? error.message : String(error));
  return { code: "INTERNAL", severity: "error", summary: `plug ${run.plan.manifest}: ${message}` };
}

/**
 * Asked before the first step, so that for want of a secret no plug is left half set up, or torn down and no more. Where the store can't be
 * opened, an optional one that was set before (`digests` has it) is wanted too: a hook would take it for one that is not set.
 */
function lackingSecrets(
  plan: PlugPlan,
  secrets: MeshSources,
  digests: PlugInputs["secrets"] = {},
): Diagnostic | undefined {
  const isWanted = (name: string) => plan.requiredSecrets.includes(name) || (secrets.problem && name in digests);
  const missing = plan.secretIds.filter((id) => isWanted(secretName(id)) && secrets.find(id) === undefined);
  return missing.length > 0 ? secrets.missing(plan.manifest, missing) : undefined;
}

async function outputs(run: PlugRun, done: number, touched?: PlugOutputs["__touched"]): Promise<PlugOutputs> {
  const owners = [...new Set(setupSteps(run.inputs).map((step) => step.side))];
  const outs = {
    ...run.inputs,
    state: closeSettings(run.settings, run.inputs),
    __secretState: Object.keys(run.secretState).length > 0 ? run.secretState : undefined,
    __done: done,
    __touched: touched ?? owners,
    revision: await currentRevision(run.root),
  };
  return asJson(outs);
}

async function read(id: string, props: KnownPlug): Promise<{ id: string; props: object }> {
  const rest = describeRest(props);
  if (rest) {
    // Its status hooks have nothing to say of what isn't there yet, and "gone" would leave the steps that are done to nobody.
    await logToResource(props.__urn, "warning", `${rest}: \`pulumi up\` goes on there`);
    return { id, props };
  }
  const run = await startRun(props, openSettings(props), props.__secretState ?? {});
  let found: StatusAnswer[];
  try {
    found = await askStatus(run, new Set(props.__touched));
  } catch (error) {
    throw new LifecycleError(asFailure(error, run));
  }
  const drift = found.flatMap(({ where, answer, title }) => {
    if (answer === false) return visible(`${where}: no longer there (${title})`);
    return typeof answer === "string" ? visible(`${where}: ${answer}`) : [];
  });
  // While one end still has its part, the plug stays: its teardown is owed to that end.
  if (found.length > 0 && found.every(({ answer }) => answer === false)) {
    await logToResource(props.__urn, "info", drift.join("; "));
    return { id: "", props: {} };
  }
  const { drift: _, ...known } = props;
  return { id, props: drift.length > 0 ? { ...known, drift } : known };
}

interface StatusAnswer {
  /** Address of the instance. */
  where: string;
  title: string;
  /** True, false (gone) or how it differs. */
  answer: Json;
}

/** What the status hooks of the given sides answer. */
async function askStatus(run: PlugRun, sides: ReadonlySet<string>): Promise<StatusAnswer[]> {
  const answers: StatusAnswer[] = [];
  for (const step of run.plan.steps) {
    if (step.kind !== "status" || !sides.has(step.side)) continue;
    const answer = (await runStep(run, step)) ?? true;
    const where = run.plan.ends[step.side].address;
    answers.push({ where, title: step.title, answer });
  }
  return answers;
}

async function remove(_id: string, outs: PlugOutputs): Promise<void> {
  const seen = seenOf(outs);
  if (seen.kept && replacedFor(outs, seen.kept as PlugInputs).length === 0) {
    // Left by a replacement that was made the other way round and interrupted: what it had set up is the plug's that took its place.
    await logToResource(outs.__urn, "info", "an old copy of this plug is forgotten; nothing is torn down");
    return;
  }
  const isReplaced = seen.isRegistered && !seen.kept;
  try {
    if (isReplaced && seen.lacking) throw new LifecycleError(seen.lacking);
    await tearDownAll(outs);
  } catch (error) {
    if (!isReplaced || !(error instanceof Error)) throw error;
    // With --continue-on-error the engine waits for ever for a replacement whose delete has failed. So its create, which comes next, fails.
    seen.notTornDown = { outs, message: error.message };
  }
  seen.wasThere = true;
}

/** @throws LifecycleError */
async function tearDownAll(outs: PlugOutputs): Promise<void> {
  refuseProblem(outs);
  const run = await startRun(outs, openSettings(outs), outs.__secretState ?? {});
  const steps = run.plan.steps.filter((step) => step.kind === "teardown" && outs.__touched.includes(step.side));
  try {
    for (const [index, step] of steps.entries()) {
      void logToResource(outs.__urn, "info", `${index + 1}/${steps.length} ${titleOf(run, step)}`, true);
      await tearDown(run, step, outs.revision);
    }
  } catch (error) {
    const failure = asFailure(error, run);
    const remedy = failure.remedy ?? "repair the cause and run the command again: until then the plug is kept";
    throw new LifecycleError({ ...failure, remedy });
  }
  await forgetAdoption(run.root, run.plan, outs, run.settings);
}

/** With the hook as it is in the tree; where that is gone, as it was when the plug was set up. */
async function tearDown(run: PlugRun, step: StepInputs, revision: string | undefined): Promise<void> {
  try {
    if (existsSync(join(run.root, step.file))) {
      await runStep(run, step);
      return;
    }
  } catch (error) {
    if (!(error instanceof HookError) || error.failure.rule !== "missing") throw error;
  }
  const recorded = { ...run, root: await recordedTree(run.root, revision, step.file) };
  await runStep(recorded, step);
  run.settings = recorded.settings;
}

export const plug = atBoundary({
  configure: async (request) => keepConfig(request),
  check,
  diff: diff as dynamic.ResourceProvider["diff"],
  create: create as dynamic.ResourceProvider["create"],
  update: update as dynamic.ResourceProvider["update"],
  read: read as dynamic.ResourceProvider["read"],
  delete: remove,
});
