// The feed's admin API, as far as this mesh uses it. In a subfolder, so it is not taken for a hook file.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { connect, type RestClient } from "../../../lib/rest-client";

export interface Subscription {
  id: string;
  name: string;
}

export class ThreatFeed {
  static async of(instance: HookInstance, signal: AbortSignal): Promise<ThreatFeed> {
    return new ThreatFeed(await connect(instance, signal));
  }

  constructor(private readonly api: RestClient) {}

  /** The feed shows a token only once, so a subscription of that name that is there already gets a new one. */
  async subscribe(collection: string, name: string): Promise<Subscription & { token: string }> {
    const subscriptions = pathOf(collection);
    const found = await this.api.findNamed<Subscription>(subscriptions, name);
    return found ? this.api.post(`${subscriptions}/${found.id}/token`, {}) : this.api.post(subscriptions, { name });
  }

  findSubscription(collection: string, id: string): Promise<Subscription | undefined> {
    return this.api.find(`${pathOf(collection)}/${id}`);
  }

  /** By the id that setup has kept; by name where setup did not get that far. */
  async unsubscribe(collection: string, id: string | undefined, name: string): Promise<void> {
    const known = id ?? (await this.api.findNamed<Subscription>(pathOf(collection), name))?.id;
    if (known !== undefined) await this.api.remove(`${pathOf(collection)}/${known}`);
  }

  addIndicator(ip: string, collection: string): Promise<{ id: string }> {
    return this.api.post("/indicators", { ip, collection });
  }
}

function pathOf(collection: string): string {
  return `/collections/${encodeURIComponent(collection)}/subscriptions`;
}
