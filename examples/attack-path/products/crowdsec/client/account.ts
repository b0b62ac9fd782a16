// An instance's account at its local API.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { type Account, LocalApi } from "./lapi.ts";

export async function accountOf(instance: HookInstance): Promise<Account> {
  const { url, machine } = instance.settings;
  return { url, machine, password: await instance.secret("MACHINE_PASSWORD") };
}

export async function openApi(instance: HookInstance, signal: AbortSignal): Promise<LocalApi> {
  return new LocalApi(await accountOf(instance), signal);
}
