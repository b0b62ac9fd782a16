// syslog-ng through its own ways: fragments that its configuration includes, and syslog-ng-ctl, whose reload is
// synchronous and leaves the old configuration at work where the new one is bad.
import { join } from "node:path";
import type { HookInstance } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../../lib/files.ts";
import { run } from "../../../lib/run.ts";

export class SyslogNg {
  private readonly folder: string;
  private readonly socket: string;

  constructor(
    instance: HookInstance,
    private readonly signal: AbortSignal,
  ) {
    this.folder = instance.settings.fragments;
    this.socket = instance.settings.control_socket;
  }

  read(id: string): string | undefined {
    return readIfThere(this.file(id));
  }

  /** Puts a fragment in its place and has it read; a fragment that syslog-ng refuses is taken out again. */
  async use(id: string, text: string): Promise<void> {
    const before = this.read(id);
    writeWhole(this.file(id), text);
    try {
      await this.reload();
    } catch (error) {
      if (before === undefined) removeFile(this.file(id));
      else writeWhole(this.file(id), before);
      throw error;
    }
  }

  async drop(id: string): Promise<void> {
    if (removeFile(this.file(id))) await this.reload();
  }

  private async reload(): Promise<void> {
    await run("syslog-ng-ctl", ["reload", "-c", this.socket], { signal: this.signal });
  }

  private file(id: string): string {
    return join(this.folder, `${id}.conf`);
  }
}
