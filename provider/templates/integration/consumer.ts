// How {{product}} takes {{topic}} from {{target}}.
import { setup, status, teardown, watch } from "pulumi-meshroom/hooks";

/** Take {{topic}} from {{target}} */
export const open = setup(async ({ instance, plug }) => {
  // Called again after a failure, and when settings, secrets or this file have changed: find what is there before making it.
  //   const api = new Api(instance.settings.url, await instance.secret("api_key"));
  //   const intake = await api.createIntake(plug.name);
  //   plug.settings.intake = intake.id;               // kept, and given to the hooks below
  //   await plug.setSecret("intake_key", intake.key); // kept encrypted, for the other end
  throw new Error(`nothing sets up ${plug.topic} at ${instance.name} yet: write this hook`);
});

/** Stop taking {{topic}} from {{target}} */
export const close = teardown(async ({ plug }) => {
  // Undo what is in plug.settings; what is gone already is no error.
  delete plug.settings.intake;
});

/** Does {{product}} still take {{topic}}? */
export const check = status(async ({ plug }) => plug.settings.intake !== undefined);

/** Show the {{topic}} that arrive */
export const show = watch(async function* ({ instance }) {
  yield { from: instance.name, message: "write this hook" };
});
