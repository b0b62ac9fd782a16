// How {{product}} has {{target}} run {{topic}}.
import { setup, status, teardown, trigger } from "pulumi-meshroom/hooks";

/** Let {{product}} trigger {{topic}} at {{target}} */
export const open = setup(async ({ instance, plug }) => {
  // Called again after a failure, and when settings, secrets or this file have changed: find what is there before making it.
  //   const api = new Api(instance.settings.url, await instance.secret("api_key"));
  //   plug.settings.connector = await api.createConnector(plug.name);  // kept, and given to the hooks below
  throw new Error(`nothing sets up ${plug.topic} at ${instance.name} yet: write this hook`);
});

/** Take the trigger of {{topic}} away */
export const close = teardown(async ({ plug }) => {
  // Undo what is in plug.settings; what is gone already is no error.
  delete plug.settings.connector;
});

/** Can {{product}} still trigger {{topic}}? */
export const check = status(async ({ plug }) => plug.settings.connector !== undefined);

/** Trigger {{topic}} as {{product}} would */
export const fire = trigger(async ({ params, log }) => {
  log.info(`to be triggered with ${Object.keys(params).length} parameters`);
});
