// A plug's plan as one short text. The engine handles each value of an input by itself, and file backends write the whole state at every step:
// packed, a plug costs a tenth of the time (`npm run bench`).
import { packJson, unpackJson } from "../model/packed-json";
import type { PlugPlan } from "./inputs";

export function packPlan(plan: PlugPlan): string {
  return packJson(plan);
}

const unpacked = new Map<string, PlugPlan>();

/** Unpacks once per text: every call of a plug's life asks for it. Throws for a text of another version. */
export function unpackPlan(text: string): PlugPlan {
  let plan = unpacked.get(text);
  if (!plan) {
    try {
      plan = unpackJson(text) as PlugPlan;
    } catch {
      throw new Error(
        "the state of this plug was written by another version of pulumi-meshroom; use that version to take it down",
      );
    }
    unpacked.set(text, plan);
  }
  return plan;
}
