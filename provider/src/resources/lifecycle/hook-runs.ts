// Runs one step of a plug in a hook host: gives it its settings and secrets, keeps what it stores, masks what it says.
import { join } from "node:path";
import type { Diagnostic } from "../../diagnostic";
import { askMasked, MANUAL_STEPS_DONE } from "../../hooks/hosts/ask-person";
import { failureCodes } from "../../hooks/hosts/failure-codes";
import { HookFailure, SecretMissing } from "../../hooks/hosts/host-job";
import type { SecretScope } from "../../hooks/hosts/protocol";
import type { Json } from "../../hooks/imported/api";
import { unpackPlan } from "../../mesh/pack-plan";
import type { PlugInputs, PlugPlan, StepInputs } from "../../mesh/stored";
import { SecretMask } from "../../secrets/mask";
import { secretName } from "../../secrets/sources";
import { logToResource } from "./engine-log";
import { hookContext, instanceSecret, peerOf, plannedId, plugSecret } from "./hook-context";
import { poolFor } from "./hook-pools";
import { openSecrets, type StackSecrets, stackConfig } from "./stack-secrets";

/** Seconds a hook has when it does not say. */
const DEFAULT_TIMEOUT = 300;

/** What the hooks of a plug share while they run: read by each, changed by each, kept whatever happens. */
export interface PlugRun {
  inputs: PlugInputs;
  plan: PlugPlan;
  secrets: StackSecrets;
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
  for (const value of [...plan.secretIds.map((id) => secrets.find(id)), ...Object.values(secretState)])
    addSecret(mask, value);
  return {
    inputs,
    plan,
    secrets,
    settings: structuredClone(settings),
    secretState: { ...secretState },
    mask,
    root: projectRoot(plan),
  };
}

/** A secret that is an object or a list is hidden whole and in its parts. */
function addSecret(mask: SecretMask, value: string | undefined): void {
  if (value === undefined) return;
  mask.add(value);
  // A Python hook's secret that is no text is kept as such an address.
  const json = value.replace(/^data:application\/json,/, "");
  if (json === value && !/^[[{]/.test(value)) return;
  try {
    JSON.parse(json, (_, part) => {
      if (typeof part === "string") mask.add(part);
      return part;
    });
  } catch {
    // Text that only looks like JSON.
  }
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
        context: hookContext(run.inputs, run.plan, run.settings, step, run.secrets),
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
          addSecret(run.mask, value);
        }
      },
      secret: async (scope, name) => answerSecret(run, step, scope, name),
      prompt: (kind, text) => askMasked(run.mask, kind, text, { ...process.env, ...manualStepsOf(run.plan) }),
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

function answerSecret(run: PlugRun, step: StepInputs, scope: SecretScope, name: string): string {
  const { inputs, plan } = run;
  const stored = scope === "plug" ? run.secretState[name] : undefined;
  if (stored !== undefined) return stored;
  const end = plan.ends[scope === "peer" ? peerOf(step.side) : step.side];
  const id = plannedId(plan, scope === "plug" ? plugSecret(inputs, plan, name) : instanceSecret(end, name));
  const value = run.secrets.find(id);
  if (value === undefined) {
    throw new SecretMissing(`secret ${secretName(id)} is not set: ${run.secrets.remedy(id)} [SECRET_MISSING]`);
  }
  addSecret(run.mask, value);
  return value;
}

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
