// The last hop to the engine: what every method of a provider of ours answers passes here, and nothing in it can break the hop.
import type { dynamic } from "@pulumi/pulumi";
import { kept, wellFormed } from "../../base/keepable";
import { flushLog } from "./engine-log";

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * `provider` whose answers come after all that was said on their resource's line, and hold only what the engine can take: when a method
 * answers, hooks have done their work, and an answer that does not arrive would leave it recorded nowhere. What hooks store is refused by name
 * before (hosts/reply-schema.ts); this is for all that comes by other ways.
 */
export function atBoundary(provider: dynamic.ResourceProvider): dynamic.ResourceProvider {
  const { configure, ...methods } = provider;
  const guarded = Object.entries(methods).map(([name, method]) => [
    name,
    guard(method as Method, name === "check" ? "pass" : "spoil"),
  ]);
  return { configure, ...Object.fromEntries(guarded) };
}

/** `unknowns`: a check answers with the inputs that it was given, and of a preview's not all are known. */
function guard(method: Method, unknowns: "pass" | "spoil"): Method {
  return async (...args) => {
    try {
      return kept(await method(...args), unknowns);
    } catch (error) {
      if (error instanceof Error) error.message = wellFormed(error.message);
      throw error;
    } finally {
      for (const urn of new Set(args.flatMap(urnOf))) await flushLog(urn);
    }
  };
}

function urnOf(properties: unknown): string[] {
  const { __urn } = Object(properties) as { __urn?: unknown };
  return typeof __urn === "string" ? [__urn] : [];
}
