// The life of an instance and of a product in the state: records that plugs depend on and reviewers read; no hook runs for them.
import type { dynamic } from "@pulumi/pulumi";
import { unpackPlan } from "../../mesh/pack-plan";
import type { Bookkeeping, InstanceInputs, InstancePlan, ProductInputs } from "../../mesh/stored";
import { asJson, changedKeys } from "./compare";
import { atBoundary } from "./engine-boundary";
import { logToResource } from "./engine-log";
import { holdBack, problemOf, refuseProblem } from "./held-back";
import { digestSecrets, keepConfig, openSecrets } from "./stack-secrets";

type Inputs = Record<string, unknown> & Bookkeeping;

/** A record: created with its inputs, changed when one of `keys` changes. */
function record<T extends Bookkeeping>(
  keys: readonly (keyof T)[],
  enrich: (olds: Partial<T>, news: T) => Promise<T>,
): dynamic.ResourceProvider {
  return atBoundary({
    configure: async (request) => keepConfig(request),
    async check(olds: Partial<T>, news: T) {
      const problem = problemOf(news);
      const inputs = problem === undefined ? asJson(await enrich(olds, news)) : await holdBack(olds, news, problem);
      return { inputs, failures: [] };
    },
    async diff(_id, olds: T, news: T) {
      return { changes: problemOf(news) === undefined && changedKeys(olds, news, keys).length > 0 };
    },
    async create(inputs: Inputs) {
      refuseProblem(inputs);
      return { id: String(inputs.name), outs: inputs };
    },
    async update(_id, _olds, news: T) {
      refuseProblem(news);
      return { outs: news };
    },
    async read(id, props) {
      return { id, props };
    },
    async delete() {},
  });
}

export const product = record<ProductInputs>(
  ["name", "vendor", "description", "capabilities"],
  async (_, news) => news,
);

export const instance = record<InstanceInputs>(["name", "product", "settings", "secrets"], async (olds, news) => {
  const plan = unpackPlan<InstancePlan>(news.__plan);
  const secrets = await openSecrets(plan, news.__givenSecrets);
  const { missing, inputs } = digestSecrets(secrets, plan, news, olds);
  if (missing.length > 0) await logToResource(news.__urn, "warning", secrets.unreadable(missing));
  return { ...news, ...inputs };
});
