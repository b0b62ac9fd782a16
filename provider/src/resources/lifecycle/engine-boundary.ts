// The last hop to the engine: what every method of a provider of ours does before it answers.
import type { dynamic } from "@pulumi/pulumi";
import { flushLog } from "./engine-log";

type Method = (...args: unknown[]) => Promise<unknown>;

/** `provider` whose answers come after all that was said on their resource's line. */
export function atBoundary(provider: dynamic.ResourceProvider): dynamic.ResourceProvider {
  const { configure, ...methods } = provider;
  const guarded = Object.entries(methods).map(([name, method]) => [name, afterLog(method as Method)]);
  return { configure, ...Object.fromEntries(guarded) };
}

function afterLog(method: Method): Method {
  return async (...args) => {
    try {
      return await method(...args);
    } finally {
      for (const urn of new Set(args.flatMap(urnOf))) await flushLog(urn);
    }
  };
}

function urnOf(properties: unknown): string[] {
  const { __urn } = Object(properties) as { __urn?: unknown };
  return typeof __urn === "string" ? [__urn] : [];
}
