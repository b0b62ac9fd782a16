// Registers a subscription of the feed. The feed's own hook has made it and left `objects_url` and `feed_token` in the plug.
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { compare } from "../../../../lib/drift";
import { fingerprint } from "../../../../lib/fingerprint";
import { type Feed, Siem } from "../../client/api";

/** Register the threat feed and pull from it once */
export const addFeed = setup(async ({ instance, plug, log, signal }) => {
  const siem = await Siem.of(instance, signal);
  const feed = await siem.ensureFeed(plug.name, { ...wanted(plug), token: await plug.secret("feed_token") });
  plug.settings.feed_id = feed.id;
  const { iocs, last_error } = await siem.pollFeed(feed.id);
  if (last_error) throw new Error(`${instance.name} could not pull from ${plug.source}: ${last_error}`);
  log.info(`${instance.name} has ${iocs} indicators from ${plug.source}`);
});

/** Remove the threat feed */
export const removeFeed = teardown(async ({ instance, plug, signal }) => {
  await (await Siem.of(instance, signal)).remove("feeds", plug.settings.feed_id, plug.name);
});

/** Does the SIEM still pull, and does it get an answer? */
export const checkFeed = status(async ({ instance, plug, signal }) => {
  const { feed_id } = plug.settings;
  const feed = feed_id && (await (await Siem.of(instance, signal)).find<Feed>("feeds", feed_id));
  if (!feed) return false;
  if (feed.last_error) return `feed ${plug.name}: the last poll failed: ${feed.last_error}`;
  const token_fingerprint = fingerprint(await plug.secret("feed_token"));
  return compare(`feed ${plug.name}`, feed, { ...wanted(plug), token_fingerprint });
});

function wanted({ settings, dst_config }: PlugContext["plug"]): { url: string; interval_seconds: number } {
  return { url: settings.objects_url, interval_seconds: dst_config.interval_seconds ?? 60 };
}
