// Lets any consumer pull from the feed: leaves `objects_url` and the secret `feed_token` in the plug. In pull mode the
// source is set up before the destination, so the consumer's hooks find both.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { ThreatFeed } from "./client/api";

const scope = { role: "producer", topic: "threats", mode: "pull" } as const;

/** Create a subscription */
export const subscribe = setup(scope, async ({ instance, plug, signal }) => {
  const { collection, url } = instance.settings;
  const feed = await ThreatFeed.of(instance, signal);
  const previous = plug.settings.collection ?? collection;
  if (previous !== collection) await feed.unsubscribe(previous, plug.settings.subscription_id, plug.name);
  const subscription = await feed.subscribe(collection, plug.name);
  await plug.setSecret("feed_token", subscription.token);
  Object.assign(plug.settings, {
    subscription_id: subscription.id,
    collection,
    objects_url: `${url.replace(/\/$/, "")}/collections/${encodeURIComponent(collection)}/objects`,
  });
});

/** Cancel the subscription */
export const unsubscribe = teardown(scope, async ({ instance, plug, signal }) => {
  const { collection = instance.settings.collection, subscription_id } = plug.settings;
  await (await ThreatFeed.of(instance, signal)).unsubscribe(collection, subscription_id, plug.name);
});

/** Is the subscription still there? */
export const checkSubscription = status(scope, async ({ instance, plug, signal }) => {
  const { collection, subscription_id } = plug.settings;
  if (!subscription_id) return false;
  return (await (await ThreatFeed.of(instance, signal)).findSubscription(collection, subscription_id)) !== undefined;
});
