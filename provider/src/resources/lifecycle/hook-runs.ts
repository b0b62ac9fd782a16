// Runs one step of a plug in a hook host: gives it its settings and secrets, keeps what it stores, masks what it says.
import { join } from "node:path";
import type { Diagnostic } from "../../diagnostic";
import type { Json } from "../../hooks/api";
import { askPerson, MANUAL_STEPS_DONE } from "../../hooks/ask-person";
import { HookFailure, SecretMissing } from "../../hooks/host-job";
import { SecretMask } from "../../hooks/mask";
import type { InvocationContext, SecretScope } from "../../hooks/protocol";
import { type SecretId, secretName } from "../../secrets/sources";
import type { EndInputs, PlugInputs, PlugPlan, StepInputs } from "../inputs";
import { unpackPlan } from "../pack";
import { logToResource } from "./engine-log";
import { poolFor } from "./hook-pools";
import { findStackSecret, missingSecretRemedy, type SecretHolder, stackConfig } from "./stack-secrets";

/** Seconds a hook has when it does not say. */
const DEFAULT_TIMEOUT = 300;

/** What the hooks of a plug share while they run: read by each, changed by each, kept whatever happens. */
export interface PlugRun {
  inputs: PlugInputs;
  plan: PlugPlan;
  settings: Record<string, Json>;
  secretState: Record<string, string>;
  mask: SecretMask;
  /** Absolute path of the tree that the hook files come from. */
  root: string;
}

/** A step that failed, as a diagnostic; all text in it is masked. */
export class StepFailure extends Error {
  constructor(
    readonly diagnostic: Diagnostic,
    readonly rule: HookFailure["rule"],
  ) {
    super(diagnostic.summary);
  }
}

/** The last exclusive hook of each instance: the next one waits for it. */
const exclusive = new Map<string, Promise<unknown>>();

/** The project's folder; the provider runs in the folder of the Pulumi program. */
export function projectRoot({ project }: PlugPlan): string {
  return join(process.cwd(), project);
}

export function startRun(
  inputs: PlugInputs,
  settings: Record<string, Json>,
  secretState: Record<string, string>,
): PlugRun {
  const plan = unpackPlan(inputs.__plan);
  const mask = new SecretMask();
  for (const id of plan.secretIds) {
    const value = findStackSecret(holderOf(inputs, plan), id);
    if (value !== undefined) mask.add(value);
  }
  for (const value of Object.values(secretState)) mask.add(value);
  return {
    inputs,
    plan,
    settings: structuredClone(settings),
    secretState: { ...secretState },
    mask,
    root: projectRoot(plan),
  };
}

/** Where the secrets of a plug are looked for. */
export function holderOf(inputs: Pick<PlugInputs, "__givenSecrets">, plan: PlugPlan): SecretHolder {
  return { secretKey: plan.secretKey, given: inputs.__givenSecrets };
}

/**
 * Runs one hook and returns what it returned.
 * @throws StepFailure
 */
export async function runStep(run: PlugRun, step: StepInputs): Promise<Json | undefined> {
  if (!step.exclusive) return runNow(run, step);
  const instance = run.plan.ends[step.side].address;
  const before = exclusive.get(instance) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => runNow(run, step));
  exclusive.set(instance, mine);
  return mine;
}

async function runNow(run: PlugRun, step: StepInputs): Promise<Json | undefined> {
  let leak: string | undefined;
  try {
    const answer = await poolFor(run.root).run({
      request: {
        type: "invoke",
        root: run.root,
        file: step.file,
        export: step.export,
        kind: step.kind,
        context: contextFor(run, step),
      },
      timeout: step.timeout ?? DEFAULT_TIMEOUT,
      hide: (line) => run.mask.hide(line),
      onLine: (level, line) => void logToResource(run.inputs.__urn, level, line),
      onSettings: (settings) => {
        leak = settingThatLeaks(settings, run.mask);
        if (!leak) run.settings = settings;
      },
      onSetSecret: (name, value) => {
        if (value === null) delete run.secretState[name];
        else {
          run.secretState[name] = value;
          run.mask.add(value);
        }
      },
      secret: async (scope, name) => answerSecret(run, step, scope, name),
      prompt: async (kind, text) => {
        const value = await askPerson(kind, text, { ...process.env, ...manualStepsOf(run.plan) });
        if (kind === "secret") run.mask.add(value);
        return value;
      },
    });
    leak ??= settingThatLeaks(run.settings, run.mask);
    if (leak)
      throw new HookFailure(
        "result",
        `plug.settings.${leak} holds a secret; settings are kept in clear, use plug.setSecret`,
      );
    return "value" in answer ? answer.value : undefined;
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error;
    if (leak) delete run.settings[leak];
    throw new StepFailure(describeFailure(run, step, error), error.rule);
  }
}

/** The stack's config can say it as the environment does. */
function manualStepsOf({ secretKey }: PlugPlan): NodeJS.ProcessEnv {
  const done = stackConfig(secretKey.replace(/secrets$/, "assumeManualStepsDone"));
  return done === undefined ? {} : { [MANUAL_STEPS_DONE]: done };
}

function settingThatLeaks(settings: Record<string, Json>, mask: SecretMask): string | undefined {
  return Object.keys(settings).find((key) => mask.occursIn(JSON.stringify(settings[key])));
}

function contextFor({ inputs, plan, settings }: PlugRun, step: StepInputs): InvocationContext {
  const own = plan.ends[step.side];
  const peerSide = step.side === "source" ? "destination" : "source";
  const settingsOf = { source: inputs.sourceSettings ?? {}, destination: inputs.destinationSettings ?? {} };
  const { name, product, role, integration } = own;
  return {
    instance: { name, product, settings: settingsOf[step.side] },
    peer: { name: plan.ends[peerSide].name, product: plan.ends[peerSide].product, settings: settingsOf[peerSide] },
    role,
    integration,
    plug: {
      name: plan.name,
      topic: inputs.topic,
      mode: inputs.mode,
      format: inputs.constraints?.format,
      constraints: { mode: inputs.mode, ...inputs.constraints },
      source: inputs.source,
      destination: inputs.destination,
      src_config: inputs.sourceConfig ?? {},
      dst_config: inputs.destinationConfig ?? {},
      settings,
    },
  };
}

export function instanceSecret({ product, name, address }: EndInputs, setting: string): SecretId {
  return { owner: { kind: "instance", product, name, address }, name: setting };
}

function answerSecret(run: PlugRun, step: StepInputs, scope: SecretScope, name: string): string {
  const { inputs, plan } = run;
  const { source, destination, topic, mode } = inputs;
  const peerSide = step.side === "source" ? "destination" : "source";
  const stored = scope === "plug" ? run.secretState[name] : undefined;
  if (stored !== undefined) return stored;
  const id: SecretId =
    scope === "plug"
      ? { owner: { kind: "plug", name: plan.name, source, destination, topic, mode }, name }
      : instanceSecret(plan.ends[scope === "peer" ? peerSide : step.side], name);
  const holder = holderOf(inputs, plan);
  const value = findStackSecret(holder, id);
  if (value === undefined) {
    throw new SecretMissing(`secret ${secretName(id)} is not set: ${missingSecretRemedy(holder, id)} [SECRET_MISSING]`);
  }
  run.mask.add(value);
  return value;
}

const failureCodes = {
  host: "HOOK_HOST",
  load: "HOOK_LOAD",
  missing: "HOOK_NOT_FOUND",
  failed: "HOOK_FAILED",
  timeout: "HOOK_TIMEOUT",
  exited: "HOOK_EXITED",
  result: "HOOK_RESULT",
} as const;

function describeFailure({ plan, mask }: PlugRun, step: StepInputs, failure: HookFailure): Diagnostic {
  const address = plan.ends[step.side].address;
  return {
    code: failureCodes[failure.rule],
    severity: "error",
    summary: mask.hide(`${step.kind} hook "${address}: ${step.title}" of plug ${plan.manifest}: ${failure.message}`),
    remedy: failure.remedy,
    at: failure.at ?? { file: step.file, line: 1, column: 1 },
  };
}
