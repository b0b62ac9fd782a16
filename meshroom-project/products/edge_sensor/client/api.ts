// The edge sensor's admin API, as far as this mesh uses it. In a subfolder, so it is not taken for a hook file.
import type { HookInstance } from "pulumi-meshroom/hooks";
import { connect, type RestClient } from "../../../lib/rest-client";

export interface OutputTarget {
  protocol: "rfc5424";
  host: string;
  port: number;
  from_severity: number;
}

export interface Output extends OutputTarget {
  id: string;
  name: string;
  token_fingerprint: string;
  connected: boolean;
  last_error?: string;
}

export class EdgeSensor {
  static async of(instance: HookInstance, signal: AbortSignal): Promise<EdgeSensor> {
    return new EdgeSensor(await connect(instance, signal));
  }

  constructor(private readonly api: RestClient) {}

  ensureOutput(name: string, target: OutputTarget & { token: string }): Promise<Output> {
    return this.api.ensureNamed("/outputs", name, target);
  }

  findOutput(id: string): Promise<Output | undefined> {
    return this.api.find(`/outputs/${id}`);
  }

  removeOutput(id: string): Promise<void> {
    return this.api.remove(`/outputs/${id}`);
  }

  findOutputNamed(name: string): Promise<Output | undefined> {
    return this.api.findNamed("/outputs", name);
  }

  emit(event: object): Promise<{ outputs: number }> {
    return this.api.post("/emit", event);
  }
}
