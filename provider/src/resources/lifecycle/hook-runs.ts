// Runs one step of a plug in a hook host: gives it its settings and secrets, keeps what it stores, masks what it says.

import { join } from "node:path";
import { MANUAL_STEPS_DONE } from "../../base/ask-person";
import type { Json } from "../../base/json";

import { visible } from "../../base/visible";

import { HookFailure } from "../../hooks/hosts/host-job";
import type { SecretScope } from "../../hooks/hosts/protocol";
import { type PlugFacts, plugContext, secretAsked } from "../../mesh/hook-context";
import { unpackPlan } from "../../mesh/pack-plan";
import { HookError, runHook } from "../../mesh/run-hook";
import { secretValues, withoutGiven } from "../../mesh/secret-settings";
import type { MeshSources } from "../../mesh/secret-sources";
import type { PlugInputs, PlugPlan, StepInputs } from "../../mesh/stored";
import { SecretMask } from "../../secrets/mask";
import type { SecretId } from "../../secrets/sources";
import { ownName } from "../../secrets/store-names";
import { logToResource } from "./engine-log";
import { providerProcess } from "./provider-process";
import { openSecrets, stackConfig } from "./stack-secrets";

/** What the hooks of a plug share while they run: read by each, changed by each, kept whatever happens. */
export interface PlugRun {
  inputs: PlugInputs;
  plan: PlugPlan;
  secrets: MeshSources;
  settings: Record<string, Json>;
  secretState: Record<string, string>;
  mask: SecretMask;
  /** Absolute path of the tree that the hook files come from. */
  root: string;
}

/** The project's folder; the provider runs in the folder of the Pulumi program. */
function projectRoot({ project }: PlugPlan): string {
  return join(process.cwd(), project);
}

export async function startRun(
  inputs: PlugInputs,
  settings: Record<string, Json>,
  secretState: Record<string, string>,
): Promise<PlugRun> {
  const plan = unpackPlan(inputs.__plan);
  const secrets = await openSecrets(plan, inputs.__givenSecrets);
  const mask = new SecretMask();
  const stored = [...Object.values(secretState), ...secretValues(inputs)];
  for (const value of [...plan.secretIds.map((id) => secrets.find(id)), ...stored])
    if (value !== undefined) mask.add(value);
  const state = { settings: structuredClone(settings), secretState: { ...secretState } };
  return { inputs, plan, secrets, ...state, mask, root: projectRoot(plan) };
}

/**
 * Runs one hook and returns what it returned.
 * @throws HookError
 */
export async function runStep(run: PlugRun, step: StepInputs): Promise<Json | undefined> {
  if (!step.exclusive) return runNow(run, step);
  const { lastExclusive } = providerProcess();
  const instance = run.plan.ends[step.side].address;
  const before = lastExclusive.get(instance) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => runNow(run, step));
  lastExclusive.set(instance, mine);
  return mine;
}

async function runNow(run: PlugRun, step: StepInputs): Promise<Json | undefined> {
  const { inputs, plan, mask, root } = run;
  const plug = factsOf(run);
  let leak: string | undefined;
  const looked = {
    pool: providerProcess().poolFor(root, projectRoot(plan)),
    root,
    hook: { ...step, title: titleOf(run, step) },
    speaker: titleOf(run, step),
    of: `plug ${plan.manifest}`,
    context: plugContext(plug, step.side, (id) => run.secrets.find(id)),
    mask,
  };
  let value: Json | undefined;
  try {
    value = await runHook({
      ...looked,
      environment: { ...process.env, ...manualStepsOf(plan) },
      secret: (scope, name) => answerSecret(run, plug, step, scope, name),
      onLine: (level, line) => void logToResource(inputs.__urn, level, line),
      onSettings: (settings) => {
        [leak] = settingsThatLeak(run, settings);
        if (leak === undefined) run.settings = settings;
      },
      onSetSecret: (name, stored) => {
        if (stored === null) delete run.secretState[name];
        else run.secretState[name] = stored;
      },
    });
  } finally {
    // What was kept before the hook said that it is a secret.
    for (const key of settingsThatLeak(run, run.settings)) {
      leak ??= key;
      delete run.settings[key];
    }
  }
  if (leak === undefined) return value;
  const why = `plug.settings.${leak} holds a secret; settings are kept in clear, use plug.setSecret`;
  throw new HookError(looked, new HookFailure("result", why));
}

function factsOf({ inputs, plan, settings }: PlugRun): PlugFacts {
  const { topic, mode, sourceSettings, sourceConfig, destinationSettings, destinationConfig } = inputs;
  return {
    name: plan.name,
    mesh: inputs.__mesh,
    topic,
    mode,
    constraints: { mode, ...inputs.constraints },
    settings,
    ends: {
      source: { ...plan.ends.source, settings: sourceSettings, config: sourceConfig },
      destination: { ...plan.ends.destination, settings: destinationSettings, config: destinationConfig },
    },
  };
}

/** The stack's config can say it as the environment does. */
function manualStepsOf({ secretKey }: PlugPlan): NodeJS.ProcessEnv {
  const done = stackConfig(secretKey.replace(/secrets$/, "assumeManualStepsDone"));
  return done === undefined ? {} : { [MANUAL_STEPS_DONE]: done };
}

/** A name is kept in clear as its value is; what was given as a secret is not. */
function settingsThatLeak({ inputs, mask }: PlugRun, settings: Record<string, Json>): string[] {
  const kept = withoutGiven(settings, inputs);
  return Object.keys(kept).filter((key) => mask.occursIn(JSON.stringify({ [key]: kept[key] })));
}

function answerSecret(run: PlugRun, plug: PlugFacts, step: StepInputs, scope: SecretScope, name: string): string {
  const stored = scope === "plug" ? run.secretState[name] : undefined;
  if (stored !== undefined) return stored;
  const asked = secretAsked(plug, step.side, scope, name);
  return run.secrets.require(asked, plannedId(run.plan, asked));
}

/** The id as the mesh was planned with it, which says whether its names are shared; undefined for one that is not declared. */
function plannedId(plan: PlugPlan, id: SecretId): SecretId | undefined {
  return plan.secretIds.find((each) => ownName(each) === ownName(id));
}

/** As people know a step: the instance, and what is done there. */
export function titleOf({ plan }: PlugRun, step: StepInputs): string {
  return visible(`${plan.ends[step.side].address}: ${step.title}`);
}
