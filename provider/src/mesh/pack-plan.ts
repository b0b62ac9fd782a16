// What the provider must know of a resource as one short text: the engine handles each value of an input by itself, and file backends write
// the whole state at every step (docs/architecture.md, "What a plug costs").
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { InstancePlan, PlugPlan } from "./stored";

/**
 * Text that the packed values are likely to hold, the likeliest last: deflate refers to it instead of repeating it, which halves a plug's plan.
 * Users' states are written with it: it is never changed.
 */
const DICTIONARY = Buffer.from(
  '{"documentation_url":"https://","nestedSecrets":[{"isText":true}],"adopt":true,"exclusive":true,"timeout":60,' +
    '"role":"trigger","integration":{"product":"","target":"","topic":"","role":"executor"}},"role":"consumer","role":"producer"' +
    '{"owner":{"kind":"plug","owner":{"kind":"instance","product":"","name":"","address":""},"name":"API_KEY"},' +
    '{"side":"source","kind":"status","title":"","file":"products/","export":""},{"side":"destination","kind":"teardown","title":"",' +
    '"file":"products/integrations/events_consumer.ts","export":""},{"side":"destination","kind":"setup","title":"","file":"products/' +
    '{"project":"../meshroom-project","secretKey":"secrets","secretIds":[],"name":"events: ","manifest":"instances//plugs//events.yaml",' +
    '"ends":{"source":{"name":"","product":"","address":"","role":"producer"},"destination":{"name":"","product":"","address":"","role":"consumer"}},' +
    '"steps":[{"side":"source","kind":"setup","title":"","file":"products/","export":""}],"quietFiles":[],"requiredSecrets":[]}',
);

/** JSON, deflated, in base64. */
export function packPlan(plan: PlugPlan | InstancePlan): string {
  return deflateRawSync(JSON.stringify(plan), { dictionary: DICTIONARY }).toString("base64");
}

const unpacked = new Map<string, unknown>();

/** Unpacks once per text: every call of a plug's life asks for it. Throws for a text of another version. */
export function unpackPlan<Plan extends PlugPlan | InstancePlan = PlugPlan>(text: string): Plan {
  const plan = planIn<Plan>({ __plan: text });
  if (plan) return plan;
  throw new Error(
    "this resource was written to the state by another version of pulumi-meshroom; use that version to take it down",
  );
}

/** The plan among a resource's inputs or outputs; undefined where there is none, or one of another version. */
export function planIn<Plan extends PlugPlan | InstancePlan = PlugPlan>({
  __plan: text,
}: Readonly<Record<string, unknown>>): Plan | undefined {
  const key = String(text);
  try {
    const bytes = () => inflateRawSync(Buffer.from(key, "base64"), { dictionary: DICTIONARY });
    const plan = (unpacked.get(key) ?? JSON.parse(bytes().toString())) as Plan;
    unpacked.set(key, plan);
    return plan;
  } catch {
    return undefined;
  }
}
