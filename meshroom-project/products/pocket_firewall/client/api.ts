// The firewall's admin API, as far as this mesh uses it. In a subfolder, so it is not taken for a hook file.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { connect, type RestClient } from "../../../lib/rest-client";

export interface ApiKey {
  id: string;
  name: string;
  scope: string;
}

export interface Block {
  ip: string;
  reason: string;
  since: string;
}

export interface Settings {
  never_block: string[];
}

export class Firewall {
  static async of(instance: HookInstance, signal: AbortSignal): Promise<Firewall> {
    return new Firewall(await connect(instance, signal));
  }

  constructor(private readonly api: RestClient) {}

  /** The firewall shows a key only once, so one of that name that is there already gets a new value. */
  async issueKey(name: string, scope: string): Promise<ApiKey & { key: string }> {
    const found = await this.api.findNamed<ApiKey>("/api-keys", name);
    if (!found) return this.api.post("/api-keys", { name, scope });
    await this.api.put(`/api-keys/${found.id}`, { name, scope });
    return this.api.post(`/api-keys/${found.id}/rotate`, {});
  }

  findKey(id: string): Promise<ApiKey | undefined> {
    return this.api.find(`/api-keys/${id}`);
  }

  /** By the id that setup has kept; by name where setup did not get that far. */
  async revokeKey(id: string | undefined, name: string): Promise<void> {
    const known = id ?? (await this.api.findNamed<ApiKey>("/api-keys", name))?.id;
    if (known !== undefined) await this.api.remove(`/api-keys/${known}`);
  }

  settings(): Promise<Settings> {
    return this.api.get("/settings");
  }

  applySettings(settings: Settings): Promise<Settings> {
    return this.api.put("/settings", settings);
  }

  block(ip: string, reason: string): Promise<Block> {
    return this.api.post("/block", { ip, reason });
  }
}
