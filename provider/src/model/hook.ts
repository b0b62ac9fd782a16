// What a hook file declares about its hooks, as data: the hook hosts answer `describe` with it.
import type { Mode, Role } from "./types";

export const hookKinds = [
  "setup",
  "teardown",
  "status",
  "scaffold",
  "pull",
  "publish",
  "produce",
  "watch",
  "trigger",
  "execute",
] as const;
/**
 * Which moment a hook is for: the name of the function that makes it.
 * @useDeclaredType
 */
export type HookKind = (typeof hookKinds)[number];

/** `first`, then integers ascending, then unordered in file order, then `last`. */
export type HookOrder = "first" | "last" | number;

/** What narrows down when a hook serves. An absent key: any. In an integration's file the integration's own values are the default. */
export interface HookScope {
  /** What this end does in the plug. */
  role?: Role;
  /** What the plug carries. */
  topic?: string;
  /** Who moves the data. */
  mode?: Mode;
  /** In which form. */
  format?: string;
}

/** A hook of a file, as its host describes it. */
export interface HookDescription extends HookScope {
  kind: HookKind;
  /** Relative to the project's root, with `/`. */
  file: string;
  /** The name under which the file exports it. */
  export: string;
  /** Place within the file: 0 for the first hook. */
  position: number;
  /** What a person reads: the option, else the first line of the doc comment, else the name in words. */
  title: string;
  order?: HookOrder;
  /** A setup hook that sets up both ends. */
  ownsBoth: boolean;
  /** A product's hook that also runs where an integration has hooks of the same kind. */
  keepWhenOverloaded: boolean;
  /** Never at the same time as another exclusive hook on the same instance. */
  exclusive: boolean;
  /** Seconds. */
  timeout?: number;
}
