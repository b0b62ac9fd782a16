// Which hooks serve one end of a plug, and in which order.
import type { HookDescription, HookKind, HookOrder } from "../../model/hook";
import type { Constraints, Integration, Product, Role } from "../../model/types";
import type { Described } from "./describe";

/** One end of a plug, as far as choosing its hooks goes. */
export interface HookEnd {
  product: Product;
  /** The integration with the peer's product that the end takes part in. */
  integration?: Integration;
  role: Role;
  topic: string;
  constraints: Constraints;
}

/** Hook files that may serve an end: those of its integration, then those of the whole product. */
export function hookFilesOf(end: Pick<HookEnd, "product" | "integration">): string[] {
  return [...(end.integration?.hookFiles ?? []), ...end.product.hookFiles];
}

/**
 * The hooks of one kind that run for an end, in order. Hooks of the integration replace those of the product, except the product's that are
 * marked `keepWhenOverloaded`. Order: `first`, integers ascending, unordered in file order, `last`.
 */
export function selectHooks(
  kind: HookKind,
  end: HookEnd,
  described: ReadonlyMap<string, Described>,
): HookDescription[] {
  const serving = (files: readonly string[]) =>
    files.flatMap((file) => hooksOf(described.get(file))).filter((hook) => hook.kind === kind && serves(hook, end));
  const own = serving(end.integration?.hookFiles ?? []);
  const generic = serving(end.product.hookFiles);
  const kept = own.length > 0 ? generic.filter((hook) => hook.keepWhenOverloaded) : generic;
  return orderHooks([...kept, ...own]);
}

function hooksOf(described: Described | undefined): HookDescription[] {
  return described && "hooks" in described ? described.hooks : [];
}

/** An option that a hook does not set is no restriction; nor is a constraint that the plug leaves open. */
function serves(hook: HookDescription, end: HookEnd): boolean {
  const { mode, format } = end.constraints;
  return (
    (hook.role === undefined || hook.role === end.role) &&
    (hook.topic === undefined || hook.topic === end.topic) &&
    (hook.mode === undefined || mode === undefined || hook.mode === mode) &&
    (hook.format === undefined || format === undefined || hook.format === format)
  );
}

/** Stable: hooks of the same rank stay as they are. */
export function orderHooks(hooks: readonly HookDescription[]): HookDescription[] {
  return [...hooks].sort((a, b) => compareRank(rank(a.order), rank(b.order)));
}

type Rank = readonly [group: number, value: number];

function rank(order: HookOrder | undefined): Rank {
  if (order === "first") return [0, 0];
  if (typeof order === "number") return [1, order];
  return order === "last" ? [3, 0] : [2, 0];
}

function compareRank(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1];
}
