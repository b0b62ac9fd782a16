// Lets any consumer pull: leaves `taxii_url`, `taxii_user` and the secret `taxii_password` in the plug. In pull mode the
// source is set up first, so the consumer's hooks find them.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { collectionUrl, openCollection } from "./client/collection.ts";

const scope = { role: "producer", topic: "threats", mode: "pull" } as const;

/** Offer the collection */
export const offer = setup(scope, async ({ instance, plug, log, signal }) => {
  const { title, can_read } = await (await openCollection(instance, signal)).describe();
  if (!can_read) throw new Error(`the collection "${title}" of ${instance.name} lets nobody read: set can_read`);
  Object.assign(plug.settings, { taxii_url: collectionUrl(instance), taxii_user: instance.settings.user });
  await plug.setSecret("taxii_password", await instance.secret("PASSWORD"));
  log.info(`${plug.destination} may read the collection "${title}"`);
});

/** Take the password back from the plug */
export const withdraw = teardown(scope, async ({ plug }) => {
  await plug.deleteSecret("taxii_password");
});

/** Can the collection still be read? */
export const checkCollection = status(scope, async ({ instance, signal }) => {
  const { title, can_read } = await (await openCollection(instance, signal)).describe();
  return can_read || `the collection "${title}" lets nobody read`;
});
