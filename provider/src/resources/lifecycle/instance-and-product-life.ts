// The life of an instance and of a product in the state: records that plugs depend on and reviewers read; no hook runs for them.
import type { dynamic } from "@pulumi/pulumi";
import { unpackPlan } from "../../mesh/pack-plan";
import type { Bookkeeping, InstanceInputs, InstancePlan, ProductInputs } from "../../mesh/stored";
import { asJson, changedKeys } from "./compare";
import { atBoundary } from "./engine-boundary";
import { logToResource } from "./engine-log";
import { holdBack, problemOf, refuseProblem } from "./held-back";
import { neverRecordedOf, openJournal, type Unrecorded } from "./plug-journal";
import { tearDownAll } from "./plug-teardown";
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

const instanceRecord = record<InstanceInputs>(["name", "product", "settings", "secrets"], async (olds, news) => {
  const plan = unpackPlan<InstancePlan>(news.__plan);
  const secrets = await openSecrets(plan, news.__givenSecrets);
  const { missing, inputs } = digestSecrets(secrets, plan, news, olds);
  if (missing.length > 0) await logToResource(news.__urn, "warning", secrets.unreadable(missing));
  return { ...news, ...inputs };
});

export const instance = atBoundary({
  ...instanceRecord,
  /** Instances are recorded before their plugs begin and deleted after them, so a plug that is still in the journal then is in no state. */
  async delete(_id: string, props: InstanceInputs) {
    const { __urn: urn } = props;
    const address = urn.split("::").slice(3).join("::");
    for (const plug of neverRecordedOf(await openJournal(props), address)) {
      await logToResource(
        urn,
        "info",
        `tearing down ${plug.urn.split("::").slice(3).join("::")}, which a killed run had begun`,
      );
      await tearDownOnce(plug);
    }
  },
});

const tearingDown = new Map<string, Promise<void>>();

/** Both of its instances may be deleted at the same time. */
function tearDownOnce(plug: Unrecorded): Promise<void> {
  const known = tearingDown.get(plug.id) ?? tearDownAll(plug.id, plug.properties);
  tearingDown.set(plug.id, known);
  return known;
}
