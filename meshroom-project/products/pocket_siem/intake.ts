// Takes events in from any product that speaks RFC 5424. An integration may replace the hooks that are not kept.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { compare } from "../../lib/drift";
import { Siem } from "./client/api";
import * as intakes from "./client/intakes";

const scope = { role: "consumer", topic: "events", mode: "push" } as const;
const format = "rfc5424";

/** Check that the tenant answers */
export const checkTenant = setup(
  { ...scope, order: "first", keepWhenOverloaded: true },
  async ({ instance, signal }) => {
    const { product } = await (await Siem.of(instance, signal)).status();
    if (product !== instance.product) {
      throw new Error(
        `${instance.settings.url} is a ${product}, not a ${instance.product}: correct the url of ${instance.name}`,
      );
    }
  },
);

/** Apply the alerting settings */
export const applySettings = setup(
  { ...scope, order: 1, keepWhenOverloaded: true, exclusive: true },
  async ({ instance, signal }) => {
    const { min_severity, retention_days } = instance.settings;
    await (await Siem.of(instance, signal)).applySettings({ min_severity, retention_days });
  },
);

/** Create an intake */
export const openIntake = setup(scope, (context) => intakes.openIntake(context, format));

/** Delete the intake */
export const closeIntake = teardown(scope, intakes.closeIntake);

/** Are the alerting settings as they should be? */
export const checkSettings = status({ ...scope, keepWhenOverloaded: true }, async ({ instance, signal }) => {
  const { min_severity, retention_days } = instance.settings;
  const actual = await (await Siem.of(instance, signal)).settings();
  return compare(`settings of ${instance.name}`, actual, { min_severity, retention_days });
});

/** Is the intake still there? */
export const checkIntake = status(scope, (context) => intakes.checkIntake(context, format));
