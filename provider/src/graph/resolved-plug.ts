// What resolving a plug decides: its ends, who sets it up, and every step in order. Data only; whoever executes it decides nothing.
import type { Diagnostic } from "../diagnostic";
import type { HookDescription } from "../model/hook";
import type { Constraints, Instance, Integration, Mode, Plug, PlugKind, Product, Role } from "../model/types";

export type Side = "source" | "destination";

/** One end of a plug. */
export interface PlugEnd {
  side: Side;
  role: Role;
  instance: Instance;
  /** The instance at the other end. */
  peer: Instance;
  product: Product;
  topic: string;
  /** Those of the plug: the same at both ends, `mode` always set. */
  constraints: Constraints;
  /** How the product is connected to the peer's; undefined where only its generic hooks can serve. */
  integration?: Integration;
}

/** The hooks that serve an end: selected, overloaded and in running order. */
export interface EndHooks {
  setup: readonly HookDescription[];
  teardown: readonly HookDescription[];
  status: readonly HookDescription[];
}

/** One hook to be run at one end. */
export interface Step {
  side: Side;
  /** Address of the instance. */
  instance: string;
  hook: HookDescription;
}

/** What a plug connects. */
export interface ResolvedEnds {
  kind: PlugKind;
  topic: string;
  mode: Mode;
  /** Every constraint set on either side or in the plug, and `mode`; sorted by key. */
  constraints: Constraints;
  source: PlugEnd;
  destination: PlugEnd;
}

export interface ResolvedPlug extends ResolvedEnds {
  plug: Plug;
  /** The ends whose hooks run, in set-up order. */
  owners: readonly Side[];
  setup: readonly Step[];
  /** The reverse of set-up: ends reversed and each end's hooks reversed. */
  teardown: readonly Step[];
  /** In set-up order, at the owners only: nothing is known of an end that was not set up. */
  status: readonly Step[];
  /** One line: why these ends. */
  reason: string;
}

/** What is wrong, where a question about a plug has no answer. */
export interface Problems {
  problems: Diagnostic[];
}

export type PlugResolution = ResolvedPlug | Problems;

/** Has the question an answer, or only problems? */
export function isResolved<T extends object>(result: T | Problems): result is T {
  return !("problems" in result);
}
