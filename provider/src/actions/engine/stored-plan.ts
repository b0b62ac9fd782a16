// What our provider keeps of a plug in the state, as far as commands look at it. The resources write it.
import { unpackJson } from "../../mesh/packed-json";

export interface StoredPlan {
  /** Relative to the project's root. */
  manifest: string;
  /** Project folder relative to the program's folder. */
  project: string;
  ends: Readonly<Record<"source" | "destination", { address: string }>>;
  steps: readonly { side: "source" | "destination"; kind: string; title: string }[];
}

/** Undefined for what another version has written. */
export function storedPlan({ __plan: packed }: Readonly<Record<string, unknown>>): StoredPlan | undefined {
  try {
    return unpackJson(String(packed)) as StoredPlan;
  } catch {
    return undefined;
  }
}
