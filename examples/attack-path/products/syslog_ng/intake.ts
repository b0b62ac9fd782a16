// Takes alerts in from any product that speaks RFC 5424: leaves `host` and `port` in the plug.
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { waitFor } from "../../lib/wait.ts";
import { SyslogNg } from "./client/daemon.ts";
import { freePort, intakeFragment, isListening } from "./client/intake.ts";

// Two plugs that change one syslog-ng wait for each other: each reload is one plug's, and so is its error.
const scope = { role: "consumer", topic: "alerts", mode: "push", exclusive: true } as const;

/** Open an intake */
export const openIntake = setup(scope, async (context) => {
  const { instance, plug, log, signal } = context;
  const port: number = plug.settings.port ?? freePort(instance);
  await new SyslogNg(instance, signal).use(plugId(plug), fragmentOf(context, port));
  await waitFor(`${instance.name} to listen on port ${port}`, () => isListening(port), { signal });
  Object.assign(plug.settings, { host: "127.0.0.1", port });
  log.info(`${instance.name} listens on port ${port}`);
});

/** Close the intake */
export const closeIntake = teardown(scope, async ({ instance, plug, signal }) => {
  await new SyslogNg(instance, signal).drop(plugId(plug));
});

/** Is the intake still open? */
export const checkIntake = status(scope, async (context) => {
  const { instance, plug, signal } = context;
  const { port } = plug.settings;
  const fragment = new SyslogNg(instance, signal).read(plugId(plug));
  if (fragment === undefined) return false;
  if (fragment !== fragmentOf(context, port)) return `the fragment ${plugId(plug)}.conf was changed`;
  return (await isListening(port)) || `nothing listens on port ${port}`;
});

function fragmentOf({ instance, plug }: PlugContext, port: number): string {
  return intakeFragment(plugId(plug), port, instance.settings.store);
}
