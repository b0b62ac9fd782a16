// Resources with a problem: the program registers them with `__problem`, and nothing is done to them, whichever way the engine takes.
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { Bookkeeping } from "../../mesh/stored";
import { logToResource } from "./engine-log";
import { seenOf } from "./this-run";

/** What is wrong with a resource. In a preview that may depend on values that are not known yet: then nothing is known to be wrong. */
export function problemOf({ __problem }: Bookkeeping): string | undefined {
  return __problem === unknownValue ? undefined : __problem;
}

/**
 * Says the problem on the resource's own line. Returns the inputs of the state, so that nothing shows as changed; for a new resource, or one
 * whose replacement is forced (the engine then tells no old inputs), the new ones, which create refuses.
 */
export async function holdBack<T extends Bookkeeping>(olds: Partial<T>, news: T, problem: string): Promise<object> {
  seenOf(news).problem = problem;
  await logToResource(news.__urn, "error", problem);
  if (Object.keys(olds).length === 0) return news;
  const { __provider, __urn } = news;
  return { ...olds, __provider, __urn, __problem: problem };
}

/** @throws Error for a resource with a problem */
export function refuseProblem(resource: Bookkeeping): void {
  const problem = problemOf(resource) ?? seenOf(resource).problem;
  if (problem !== undefined) throw new Error(`left as it is:\n${problem}`);
}
