// A plug's plan as one short text. The engine handles each value of an input by itself, and file backends write the whole state at every step:
// packed, a plug costs a tenth of the time (`npm run bench`).
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PlugPlan } from "./inputs";

export function packPlan(plan: PlugPlan): string {
  return deflateRawSync(JSON.stringify(plan)).toString("base64");
}

const unpacked = new Map<string, PlugPlan>();

/** Unpacks once per text: every call of a plug's life asks for it. Throws for a text of another version. */
export function unpackPlan(text: string): PlugPlan {
  let plan = unpacked.get(text);
  if (!plan) {
    try {
      plan = JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString()) as PlugPlan;
    } catch {
      throw new Error(
        "the state of this plug was written by another version of pulumi-meshroom; use that version to take it down",
      );
    }
    unpacked.set(text, plan);
  }
  return plan;
}
