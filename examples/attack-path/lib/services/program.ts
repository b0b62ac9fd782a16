// What a long-running program of ours finds in its folder and writes there.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readIfThere, writeWhole } from "../files.ts";

export class ServiceFolder<Settings extends object, State extends object> {
  readonly path: string;
  readonly settings: Settings;

  constructor(path = process.argv[2] ?? "") {
    this.path = path;
    this.settings = JSON.parse(readFileSync(join(path, "settings.json"), "utf8"));
  }

  /** What the program knew when it last saved. */
  load(): State | undefined {
    const text = readIfThere(join(this.path, "state.json"));
    return text === undefined ? undefined : JSON.parse(text);
  }

  save(state: State): void {
    writeWhole(join(this.path, "state.json"), JSON.stringify(state), 0o600);
  }

  /** Tells the setup hook that the work has begun. */
  ready(): void {
    writeFileSync(join(this.path, "ready"), "");
  }
}

/** One line of the service's log. */
export function report(message: string): void {
  console.error(`${new Date().toISOString()} ${message}`);
}
