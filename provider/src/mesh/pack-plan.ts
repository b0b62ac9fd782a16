// What the provider must know of a resource as one short text: the engine handles each value of an input by itself, and file backends write
// the whole state at every step (docs/architecture.md, "What a plug costs").
import { packJson, unpackJson } from "./packed-json";
import type { InstancePlan, PlugPlan } from "./stored";

export function packPlan(plan: PlugPlan | InstancePlan): string {
  return packJson(plan);
}

const unpacked = new Map<string, unknown>();

/** Unpacks once per text: every call of a plug's life asks for it. Throws for a text of another version. */
export function unpackPlan<Plan extends PlugPlan | InstancePlan = PlugPlan>(text: string): Plan {
  let plan = unpacked.get(text) as Plan | undefined;
  if (!plan) {
    try {
      plan = unpackJson(text) as Plan;
    } catch {
      throw new Error(
        "this resource was written to the state by another version of pulumi-meshroom; use that version to take it down",
      );
    }
    unpacked.set(text, plan);
  }
  return plan;
}
