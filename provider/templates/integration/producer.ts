// How {{product}} gives {{topic}} to {{target}}.
import { produce, setup, status, teardown } from "pulumi-meshroom/hooks";

/** Give {{topic}} to {{target}} */
export const open = setup(async ({ instance, plug }) => {
  // Called again after a failure, and when settings, secrets or this file have changed: find what is there before making it.
  //   const api = new Api(instance.settings.url, await instance.secret("api_key"));
  //   plug.settings.output = await api.createOutput(plug.name);  // kept, and given to the hooks below
  throw new Error(`nothing sets up ${plug.topic} at ${instance.name} yet: write this hook`);
});

/** Stop giving {{topic}} to {{target}} */
export const close = teardown(async ({ plug }) => {
  // Undo what is in plug.settings; what is gone already is no error.
  delete plug.settings.output;
});

/** Does {{product}} still give {{topic}}? */
export const check = status(async ({ plug }) => plug.settings.output !== undefined);

/** Send a line as {{product}} would */
export const send = produce(async ({ data, log }) => {
  log.info(`to be sent: ${data.length} characters`);
});
