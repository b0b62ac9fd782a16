// Sends the sensor's events to any consumer that leaves `host`, `port` and the secret `intake_key` in the plug.
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { compare } from "../../lib/drift";
import { fingerprint } from "../../lib/fingerprint";
import { EdgeSensor, type OutputTarget } from "./client/api";

const scope = { role: "producer", topic: "events", mode: "push" } as const;

/** Add a syslog output */
export const addOutput = setup(scope, async ({ instance, plug, log, ...context }) => {
  const sensor = await EdgeSensor.of(instance, context.signal);
  const target = targetOf(plug);
  const output = await sensor.ensureOutput(plug.name, { ...target, token: await plug.secret("intake_key") });
  plug.settings.output_id = output.id;
  log.info(`${instance.name} sends to ${target.host}:${target.port}`);
});

/** Remove the syslog output */
export const removeOutput = teardown(scope, async ({ instance, plug, signal }) => {
  const sensor = await EdgeSensor.of(instance, signal);
  const id = plug.settings.output_id ?? (await sensor.findOutputNamed(plug.name))?.id;
  if (id !== undefined) await sensor.removeOutput(id);
});

/** Does the sensor still send to where it should? */
export const checkOutput = status(scope, async ({ instance, plug, signal }) => {
  const { output_id } = plug.settings;
  const output = output_id && (await (await EdgeSensor.of(instance, signal)).findOutput(output_id));
  if (!output) return false;
  const token_fingerprint = fingerprint(await plug.secret("intake_key"));
  return compare(`output ${plug.name}`, output, { ...targetOf(plug), token_fingerprint });
});

function targetOf(plug: PlugContext["plug"]): OutputTarget {
  const { host, port } = plug.settings;
  if (host === undefined || port === undefined) {
    throw new Error(
      `${plug.destination} left no host and port in the plug: its setup hook must put them into plug.settings`,
    );
  }
  return { protocol: "rfc5424", host, port, from_severity: plug.src_config.from_severity ?? 0 };
}
