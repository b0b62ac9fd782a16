// What a plug's hook is told: the two instances with their settings put together, the plug, the integration.

import type { InvocationContext } from "../../hooks/hosts/protocol";
import type { Json } from "../../hooks/imported/api";
import type { EndInputs, PlugInputs, PlugPlan, StepInputs } from "../../mesh/stored";
import { type NestedSecret, placeSecrets } from "../../secrets/nested";
import type { SecretId } from "../../secrets/sources";
import type { StackSecrets } from "./stack-secrets";

type Settings = Record<string, Json>;

/** Nested secrets stand in their places; top-level ones are asked for by name. */
export function hookContext(
  inputs: PlugInputs,
  plan: PlugPlan,
  settings: Settings,
  step: StepInputs,
  secrets: StackSecrets,
): InvocationContext {
  const { source, destination } = plan.ends;
  const own = plan.ends[step.side];
  const instances = {
    source: instanceData(source, inputs.sourceSettings, secrets),
    destination: instanceData(destination, inputs.destinationSettings, secrets),
  };
  const inPlug = (name: string) => secrets.find(plugSecret(inputs, plan, name));
  return {
    instance: instances[step.side],
    peer: instances[peerOf(step.side)],
    role: own.role,
    integration: own.integration,
    plug: {
      name: plan.name,
      topic: inputs.topic,
      mode: inputs.mode,
      format: inputs.constraints?.format,
      constraints: { mode: inputs.mode, ...inputs.constraints },
      source: inputs.source,
      destination: inputs.destination,
      src_config: withSecrets(inputs.sourceConfig, source.nestedConfig, inPlug),
      dst_config: withSecrets(inputs.destinationConfig, destination.nestedConfig, inPlug),
      settings,
    },
  };
}

export function peerOf(side: StepInputs["side"]): StepInputs["side"] {
  return side === "source" ? "destination" : "source";
}

export function instanceSecret({ product, name, address }: EndInputs, setting: string): SecretId {
  return { owner: { kind: "instance", product, name, address }, name: setting };
}

export function plugSecret({ source, destination, topic, mode }: PlugInputs, plan: PlugPlan, name: string): SecretId {
  return { owner: { kind: "plug", name: plan.name, source, destination, topic, mode }, name };
}

/** The id as the mesh was planned with it, which says whether its name in the store is shared. */
export function plannedId(plan: PlugPlan, id: SecretId): SecretId {
  const isSame = (each: SecretId) => each.name === id.name && JSON.stringify(each.owner) === JSON.stringify(id.owner);
  return plan.secretIds.find(isSame) ?? id;
}

function instanceData(end: EndInputs, settings: Settings | undefined, secrets: StackSecrets) {
  const { name, product } = end;
  return {
    name,
    product,
    settings: withSecrets(settings, end.nestedSecrets, (path) => secrets.find(instanceSecret(end, path))),
  };
}

function withSecrets(
  values: Settings = {},
  nested: readonly NestedSecret[] | undefined,
  find: (path: string) => string | undefined,
): Settings {
  return nested ? (placeSecrets(values, nested, find) as Settings) : values;
}
