// How {{product}} runs {{topic}} for {{target}}.
import { execute, setup, status, teardown } from "pulumi-meshroom/hooks";

/** Let {{target}} run {{topic}} */
export const open = setup(async ({ instance, plug }) => {
  // Called again after a failure, and when settings, secrets or this file have changed: find what is there before making it.
  //   const api = new Api(instance.settings.url, await instance.secret("api_key"));
  //   plug.settings.grant = await api.allow(plug.name);  // kept, and given to the hooks below
  throw new Error(`nothing sets up ${plug.topic} at ${instance.name} yet: write this hook`);
});

/** Let {{target}} run {{topic}} no more */
export const close = teardown(async ({ plug }) => {
  // Undo what is in plug.settings; what is gone already is no error.
  delete plug.settings.grant;
});

/** May {{target}} still run {{topic}}? */
export const check = status(async ({ plug }) => plug.settings.grant !== undefined);

/** Run {{topic}} */
export const run = execute(async ({ params, log }) => {
  log.info(`to be run with ${Object.keys(params).length} parameters`);
});
