// One end of a plug as its hooks are told of it, in the form in which the engine keeps it.
import type { PlugEnd } from "../graph/resolve-plug";
import type { HookIntegration } from "../hooks/imported/api";
import type { Integration, Plug } from "../model/types";
import { nestedSecrets } from "../secrets/nested";
import type { EndInputs } from "./stored";

export function endInputs({ instance, role, product, integration }: PlugEnd, config: Plug["src_config"]): EndInputs {
  const { name, address } = instance;
  return {
    name,
    product: product.name,
    address,
    role,
    integration: integration && hookIntegration(integration),
    nestedSecrets: orAbsent(nestedSecrets(product.settings, instance.settings)),
    nestedConfig: orAbsent(nestedSecrets(integration?.settings ?? [], config)),
  };
}

/** What its manifest says: the keys that we know, the constraints, and all others as they stand. */
export function hookIntegration(integration: Integration): HookIntegration {
  const { product, target, topic, role, documentation_url, constraints, extra } = integration;
  return { ...extra, ...constraints, product, target, topic, role, documentation_url };
}

function orAbsent<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
