// What new inputs mean for a plug that exists: another plug, set-up steps to run, or nothing. Pure: diff shows what update does.

import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../base/json";
import { unpackPlan } from "../../mesh/pack-plan";
import { openSettings } from "../../mesh/secret-settings";
import type { PlugInputs, PlugOutputs, StepInputs } from "../../mesh/stored";
import { changedKeys } from "./compare";

/** A plug as the state has it. */
export type KnownPlug = PlugOutputs & {
  /** How a refresh found it to differ. */
  drift?: string[];
  /** It is to be replaced, but could not be torn down. */
  __replace?: true;
};

/** A change of these is another plug at the vendors': torn down with the old values, then set up with the new ones. */
const identity = ["source", "destination", "topic", "mode", "constraints"] as const;
/** A change of these runs the setup hooks again. */
const settled = [
  "steps",
  "settings",
  "sourceConfig",
  "destinationConfig",
  "sourceSettings",
  "destinationSettings",
  "secrets",
] as const;

export function setupSteps(inputs: PlugInputs): StepInputs[] {
  return unpackPlan(inputs.__plan).steps.filter((step) => step.kind === "setup");
}

/** The keys for which the plug is torn down and set up anew; none where it stays the same plug. */
export function replacedFor(olds: PlugInputs & Pick<KnownPlug, "__replace">, news: PlugInputs): string[] {
  if (olds.__replace) return ["id"];
  const keys: string[] = changedKeys<PlugInputs>(olds, news, identity);
  return ownersOf(olds) === ownersOf(news) ? keys : [...keys, "steps"];
}

/** The ends that set the plug up, in order. */
function ownersOf(inputs: PlugInputs): string {
  return [...new Set(setupSteps(inputs).map((step) => step.side))].join();
}

/**
 * Index of the first set-up step to run; the number of steps where none is to run. Decided by what the state says of the plug alone: a
 * refresh, an import or `pulumi state` clears the engine's own mark of a failure.
 */
export function firstStepToRun(olds: KnownPlug, news: PlugInputs): number {
  const changed = changedKeys<PlugInputs>(olds, news, settled).length > 0 || setupCodeChanged(olds, news);
  return changed || olds.drift ? 0 : Math.min(olds.__done, setupSteps(news).length);
}

/** Whether anything is to be done or recorded. A change of teardown or status code is recorded and runs no hook. */
export function isChanged(olds: KnownPlug, news: PlugInputs): boolean {
  return (
    firstStepToRun(olds, news) < setupSteps(news).length || changedKeys<PlugInputs>(olds, news, ["code"]).length > 0
  );
}

/** Words for a plug whose set-up has failed half-way; undefined for a whole one. */
export function describeRest(plug: PlugOutputs): string | undefined {
  const all = setupSteps(plug).length;
  if (plug.__done >= all) return undefined;
  return `set up as far as step ${plug.__done} of ${all}`;
}

/** Teardown and status hooks may change without the plug being set up again. */
function setupCodeChanged(olds: PlugInputs, news: PlugInputs): boolean {
  const quiet = new Set([olds, news].flatMap(({ __plan }) => unpackPlan(__plan).quietFiles));
  const files = Object.keys({ ...olds.code, ...news.code }).filter((file) => !quiet.has(file));
  return files.some((file) => olds.code[file] !== news.code[file]);
}

/** What hooks have stored, and what has changed in the manifest: a value that is still the same there does not undo what a hook made of it. */
export function settingsAfter(olds: PlugOutputs, news: PlugInputs): Record<string, Json> {
  const entries = Object.entries(news.settings ?? {});
  const changed = entries.filter(([key, value]) => !isDeepStrictEqual(value, olds.settings?.[key]));
  return { ...openSettings(olds, news.settings), ...Object.fromEntries(changed) };
}
