// Alertmanager's API.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { request } from "../../../lib/http.ts";

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  fingerprint?: string;
}

export class Alertmanager {
  private readonly instance: HookInstance;
  private readonly signal: AbortSignal;

  constructor(instance: HookInstance, signal: AbortSignal) {
    this.instance = instance;
    this.signal = signal;
  }

  get alertsUrl(): string {
    return this.url("api/v2/alerts");
  }

  /** Fails where it is not ready. */
  async checkReady(): Promise<void> {
    await request(this.url("-/ready"), { signal: this.signal });
  }

  async alerts(): Promise<Alert[]> {
    return (await request(this.alertsUrl, { signal: this.signal })).json();
  }

  async add(alert: Alert): Promise<void> {
    await request(this.alertsUrl, { method: "POST", body: [alert], signal: this.signal });
  }

  /** Reads its file again; one that is bad is an error, and the old one stays at work. */
  async reload(): Promise<void> {
    await request(this.url("-/reload"), { method: "POST", signal: this.signal });
  }

  private url(path: string): string {
    return new URL(path, this.instance.settings.url.replace(/\/?$/, "/")).href;
  }
}
