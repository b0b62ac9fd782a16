// The SIEM's admin API, as far as this mesh uses it. In a subfolder, so it is not taken for a hook file.
import type { HookInstance, Json } from "pulumi-meshroom/hooks";
import { connect, type RestClient } from "../../../lib/rest-client";

export interface Intake {
  id: string;
  name: string;
  format: string;
  key: string;
  host: string;
  port: number;
}

export interface Action {
  id: string;
  name: string;
  action: "block_ip";
  url: string;
  token_fingerprint: string;
}

export interface Feed {
  id: string;
  name: string;
  url: string;
  interval_seconds: number;
  token_fingerprint: string;
  iocs: number;
  last_error?: string;
}

export interface Settings {
  min_severity: number;
  retention_days: number;
}

export type SiemEvent = { seq: number } & { [key: string]: Json };

export class Siem {
  static async of(instance: HookInstance, signal: AbortSignal): Promise<Siem> {
    return new Siem(await connect(instance, signal));
  }

  constructor(private readonly api: RestClient) {}

  status(): Promise<{ product: string }> {
    return this.api.get("/status");
  }

  settings(): Promise<Settings> {
    return this.api.get("/settings");
  }

  applySettings(settings: Settings): Promise<Settings> {
    return this.api.put("/settings", settings);
  }

  ensureIntake(name: string, format: string): Promise<Intake> {
    return this.api.ensureNamed("/intakes", name, { format });
  }

  find<T>(kind: "intakes" | "actions" | "feeds", id: string): Promise<T | undefined> {
    return this.api.find(`/${kind}/${id}`);
  }

  /** By the id that setup has kept; by name where setup did not get that far. */
  async remove(kind: "intakes" | "actions" | "feeds", id: string | undefined, name: string): Promise<void> {
    const known = id ?? (await this.api.findNamed<{ id: string }>(`/${kind}`, name))?.id;
    if (known !== undefined) await this.api.remove(`/${kind}/${known}`);
  }

  ensureAction(name: string, action: { action: "block_ip"; url: string; token: string }): Promise<Action> {
    return this.api.ensureNamed("/actions", name, action);
  }

  runAction(id: string, params: { ip: string; reason: string }): Promise<{ action: string; ok: boolean }> {
    return this.api.post(`/actions/${id}/run`, params);
  }

  ensureFeed(name: string, feed: { url: string; token: string; interval_seconds: number }): Promise<Feed> {
    return this.api.ensureNamed("/feeds", name, feed);
  }

  pollFeed(id: string): Promise<{ iocs: number; last_error?: string }> {
    return this.api.post(`/feeds/${id}/poll`, {});
  }

  /** Waits some seconds for events of the intake (of all, where undefined) that came after `after`. */
  events(intake: string | undefined, after: number, wait: number): Promise<SiemEvent[]> {
    const only = intake === undefined ? "" : `&intake=${intake}`;
    return this.api.get(`/events?after=${after}&wait=${wait}${only}`);
  }
}
