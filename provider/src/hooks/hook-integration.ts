// An integration as hooks are told of it.
import type { Integration } from "../model/types";
import type { HookIntegration } from "./imported/api";

/** What its manifest says: the keys that we know, the constraints, and all others as they stand. */
export function hookIntegration(integration: Integration): HookIntegration {
  const { product, target, topic, role, documentation_url, constraints, extra } = integration;
  return { ...extra, ...constraints, product, target, topic, role, documentation_url };
}
