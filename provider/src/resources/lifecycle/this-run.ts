// What this run has seen of each resource so far: the engine asks for a create or a delete without a word about what it is part of. A process
// serves one run.
import type { Diagnostic } from "../../diagnostic";
import type { Bookkeeping } from "../../mesh/stored";
import { providerProcess } from "./provider-process";

export interface Seen {
  /** The program has registered it: what is deleted all the same is to be replaced. */
  isRegistered?: true;
  /** The state had it: what is created all the same is a replacement. */
  wasThere?: true;
  /** What is wrong with it in the tree. */
  problem?: string;
  /** Secrets without which it can't be set up. */
  lacking?: Diagnostic;
  /** It stays the resource that it is, with these inputs. */
  kept?: Bookkeeping;
  /** It is to be replaced, and its teardown has failed: what the state said of it, and why. */
  notTornDown?: { outs: Bookkeeping; message: string };
}

/** To be read and written. By the URN without the stack, for a state may call a resource by the name that its stack had before. */
export function seenOf({ __urn }: Bookkeeping): Seen {
  const name = __urn.split("::").slice(2).join("::");
  const { seen: known } = providerProcess();
  const seen = known.get(name) ?? {};
  known.set(name, seen);
  return seen;
}
