// The collection of an instance, for its administrator and for consumers.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { TaxiiCollection } from "../../../lib/taxii/client.ts";

export function collectionUrl({ settings }: HookInstance): string {
  return new URL(`collections/${settings.collection}/`, settings.url.replace(/\/?$/, "/")).href;
}

export async function openCollection(instance: HookInstance, signal: AbortSignal): Promise<TaxiiCollection> {
  return new TaxiiCollection(
    collectionUrl(instance),
    instance.settings.user,
    await instance.secret("PASSWORD"),
    signal,
  );
}
