// A key for whoever puts decisions into effect: leaves `lapi_url` and the secret `bouncer_key` in the plug. In pull mode
// the trigger is set up first, so the bouncer's hooks find them.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../lib/plug-id.ts";
import { Bouncers } from "./client/bouncers.ts";

const scope = { role: "trigger", topic: "block_ip", mode: "pull" } as const;

/** Register a bouncer */
export const addBouncer = setup(scope, async ({ instance, plug, signal }) => {
  const bouncers = new Bouncers(instance, signal);
  const name = plugId(plug);
  const isKnown = plug.settings.bouncer === name && (await bouncers.has(name));
  if (!isKnown) {
    await bouncers.remove(name); // its key is nowhere but in a state that we do not have
    await plug.setSecret("bouncer_key", await bouncers.add(name));
  }
  Object.assign(plug.settings, { bouncer: name, lapi_url: instance.settings.url });
});

/** Remove the bouncer */
export const removeBouncer = teardown(scope, async ({ instance, plug, signal }) => {
  await new Bouncers(instance, signal).remove(plugId(plug));
});

/** Is the bouncer still registered? */
export const checkBouncer = status(scope, ({ instance, plug, signal }) =>
  new Bouncers(instance, signal).has(plugId(plug)),
);
