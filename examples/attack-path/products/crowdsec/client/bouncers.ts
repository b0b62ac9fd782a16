// Bouncers are made by cscli alone: the local API has no way to.
import { join } from "node:path";
import type { HookInstance } from "pulumi-meshroom/hooks";
import { run } from "../../../lib/run.ts";

export class Bouncers {
  private readonly instance: HookInstance;
  private readonly signal: AbortSignal;

  constructor(instance: HookInstance, signal: AbortSignal) {
    this.instance = instance;
    this.signal = signal;
  }

  async has(name: string): Promise<boolean> {
    const found = JSON.parse(await this.cscli("list", "-o", "json")) as { name: string }[] | null;
    return (found ?? []).some((bouncer) => bouncer.name === name);
  }

  /** Makes up a key and returns it: it cannot be read again. */
  async add(name: string): Promise<string> {
    return (await this.cscli("add", name, "-o", "raw")).trim();
  }

  /** Content with one that is gone. */
  async remove(name: string): Promise<void> {
    if (await this.has(name)) await this.cscli("delete", name);
  }

  private cscli(...args: string[]): Promise<string> {
    const config = join(this.instance.settings.folder, "config.yaml");
    return run("cscli", ["-c", config, "bouncers", ...args], { signal: this.signal });
  }
}
