// The life of a plug: create and update run its setup hooks, read its status hooks, delete its teardown hooks.
import type { dynamic } from "@pulumi/pulumi";
import type { Json } from "../../base/json";
import { visible } from "../../base/visible";
import { type Diagnostic, formatDiagnostic } from "../../diagnostic";
import { unpackPlan } from "../../mesh/pack-plan";
import { closeSettings, openSettings } from "../../mesh/secret-settings";
import type { MeshSources } from "../../mesh/secret-sources";
import type { PlugInputs, PlugOutputs, PlugPlan } from "../../mesh/stored";
import { secretName } from "../../secrets/sources";
import { asJson } from "./compare";
import { atBoundary } from "./engine-boundary";
import { logToResource } from "./engine-log";
import { holdBack, problemOf, refuseProblem } from "./held-back";
import { type PlugRun, runStep, startRun, titleOf } from "./hook-runs";
import { asFailure, LifecycleError, PartialFailure } from "./lifecycle-error";
import {
  describeRest,
  firstStepToRun,
  isChanged,
  type KnownPlug,
  replacedFor,
  settingsAfter,
  setupSteps,
} from "./plug-change";
import {
  ahead,
  neverRecorded,
  newPlugId,
  type OperationStart,
  openJournal,
  Progress,
  peekAhead,
  type Unrecorded,
} from "./plug-journal";
import { tearDownAll } from "./plug-teardown";
import { currentRevision } from "./recorded-tree";
import { digestSecrets, keepConfig, openSecrets } from "./stack-secrets";
import { seenOf } from "./this-run";

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

async function diff(id: string, stored: KnownPlug, news: PlugInputs): Promise<dynamic.DiffResult> {
  const seen = seenOf(news);
  seen.wasThere = true;
  if (problemOf(news) !== undefined) return { changes: false };
  const unrecorded = await peekAhead(id, stored);
  const olds = unrecorded?.properties ?? stored;
  const replaces = replacedFor(olds, news);
  if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
  seen.kept = news;
  const why = olds.drift ? `to be set up again: ${olds.drift.join("; ")}` : describeRest(olds);
  if (why) await logToResource(news.__urn, "info", why);
  return { changes: unrecorded !== undefined || isChanged(olds, news) };
}

async function create(inputs: PlugInputs): Promise<{ id: string; outs: PlugOutputs }> {
  const { wasThere, notTornDown } = seenOf(inputs);
  if (notTornDown) {
    const { id, outs, message } = notTornDown;
    throw new PartialFailure(id, asJson({ ...outs, __replace: true }), message);
  }
  refuseProblem(inputs);
  const known = neverRecorded(await openJournal(inputs), inputs.__urn);
  if (known) return goOn(known, inputs);
  const id = newPlugId();
  const run = await startRun(inputs, inputs.settings ?? {}, {});
  // Where it was torn down before, it is not there to be taken over.
  if (run.plan.adopt && !wasThere && (await isSetUp(run))) {
    await logToResource(inputs.__urn, "info", `taken over as it is: ${run.plan.manifest} says \`status: up\``);
    return { id, outs: await outputs(run, setupSteps(inputs).length) };
  }
  return { id, outs: await runSetup(run, { id, kind: "create", base: asCreated(inputs), done: 0, touched: [] }) };
}

/** What a mark of a creation becomes in the state: `actions/engine/adopt-pending.ts`. */
function asCreated(inputs: PlugInputs): object {
  return { ...inputs, state: closeSettings(inputs.settings ?? {}, inputs) };
}

/** With what an earlier run has set up, whole or in part, and the engine has not recorded. */
async function goOn(known: Unrecorded, inputs: PlugInputs): Promise<{ id: string; outs: PlugOutputs }> {
  const { id, properties } = known;
  if (replacedFor(properties, inputs).length > 0 || (await isGone(known))) {
    await tearDownAll(id, properties);
    return create(inputs);
  }
  const rest = describeRest(properties) ?? "whole";
  await logToResource(inputs.__urn, "info", `the run that was killed has left it ${rest}: going on from there`);
  return { id, outs: await setUpFrom(id, asCreated(inputs), properties, inputs, known) };
}

/** Somebody else may have torn it down since: the tenants say. */
async function isGone({ properties }: Unrecorded): Promise<boolean> {
  if (properties.__done === 0) return false;
  const run = await startRun(properties, openSettings(properties), properties.__secretState ?? {});
  try {
    const found = await askStatus(run, new Set(properties.__touched));
    return found.length > 0 && found.every(({ answer }) => answer === false);
  } catch {
    return false;
  }
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

async function update(id: string, olds: KnownPlug, news: PlugInputs): Promise<{ outs: PlugOutputs }> {
  refuseProblem(news);
  const journal = await openJournal(news);
  const unrecorded = ahead(journal, id, olds);
  // The new half of a replacement that is no longer wanted.
  const other = neverRecorded(journal, news.__urn);
  if (other && other.id !== id && other.id !== unrecorded?.id) await tearDownAll(other.id, other.properties);
  return { outs: await setUpFrom(id, olds, unrecorded?.properties ?? olds, news, unrecorded) };
}

/** `base`: what the state says of the plug. `olds`: what is there. */
async function setUpFrom(
  id: string,
  base: object,
  olds: KnownPlug,
  news: PlugInputs,
  unrecorded: Unrecorded | undefined,
): Promise<PlugOutputs> {
  const run = await startRun(news, settingsAfter(olds, news), olds.__secretState ?? {});
  const done = firstStepToRun(olds, news);
  const kind = unrecorded?.kind === "create" ? "create" : "update";
  const attempt = done > 0 && done === olds.__done ? olds.__attempt : undefined;
  return runSetup(run, { id, kind, base, ahead: unrecorded, attempt, done, touched: olds.__touched });
}

/** Runs the set-up steps that are not done. What is done and stored when one fails is kept with the resource. */
async function runSetup(run: PlugRun, start: OperationStart): Promise<PlugOutputs> {
  const { inputs } = run;
  const steps = setupSteps(inputs);
  const touched = new Set(start.touched as PlugOutputs["__touched"]);
  let done = start.done;
  // Nothing to run, and nothing that the state does not know.
  if (done === steps.length && !start.ahead) return outputs(run, done, [...touched]);
  run.progress = await Progress.begin(await openJournal(inputs), run, start);
  try {
    const lacking = done < steps.length ? lackingSecrets(run.plan, run.secrets, inputs.secrets) : undefined;
    if (lacking) throw new LifecycleError(lacking);
    for (const step of steps.slice(done)) {
      void logToResource(inputs.__urn, "info", `${done + 1}/${steps.length} ${titleOf(run, step)}`, true);
      touched.add(step.side);
      await runStep(run, step, done);
      done++;
    }
  } catch (error) {
    const failure = asFailure(error, run);
    if (touched.size === 0) {
      run.progress.forget();
      throw new LifecycleError(failure);
    }
    const repair = failure.remedy ? `${failure.remedy}, then` : "repair the cause and";
    const remedy = `${repair} run \`pulumi up\` again: it goes on at step ${done + 1} of ${steps.length}`;
    const kept = { ...(await outputs(run, done, [...touched])), __attempt: run.progress.attempt };
    run.progress.end(kept);
    throw new PartialFailure(start.id, kept, formatDiagnostic({ ...failure, remedy }));
  }
  const outs = await outputs(run, done, [...touched]);
  run.progress.end(outs);
  return outs;
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
  if (await peekAhead(id, props)) {
    await logToResource(props.__urn, "warning", "a run that was killed has changed it: `pulumi up` or `destroy` first");
    return { id, props };
  }
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

async function remove(id: string, outs: PlugOutputs): Promise<void> {
  const seen = seenOf(outs);
  if (seen.kept && replacedFor(outs, seen.kept as PlugInputs).length === 0) {
    // Left by a replacement that was made the other way round and interrupted: what it had set up is the plug's that took its place.
    await logToResource(outs.__urn, "info", "an old copy of this plug is forgotten; nothing is torn down");
    return;
  }
  const isReplaced = seen.isRegistered && !seen.kept;
  try {
    if (isReplaced && seen.lacking) throw new LifecycleError(seen.lacking);
    await tearDownAll(id, outs);
  } catch (error) {
    if (!isReplaced || !(error instanceof Error)) throw error;
    // With --continue-on-error the engine waits for ever for a replacement whose delete has failed. So its create, which comes next, fails.
    seen.notTornDown = { id, outs, message: error.message };
  }
  seen.wasThere = true;
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
