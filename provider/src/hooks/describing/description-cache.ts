// What hook files declare, kept by their content in the user's cache folder, so that a preview of unchanged files neither reads nor runs them.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userFolder, userFolderPath } from "../../base/user-folders";
import type { HookDescription } from "../../model/hook";
import type { HookSources } from "./hook-sources";
import type { Computed, Reading } from "./reading";

/** Changes with the shape of what is cached, and with what the readers understand. */
const VERSION = 3;
const FILE = "hooks.json";

interface Entry {
  /** By the file's own content. */
  read?: { key: string; hooks: HookDescription[]; computed: Computed[] };
  /** By the content of all that is loaded with it. */
  ran?: { key: string; hooks: HookDescription[] };
}

/** Only what is not a problem is kept. One that can't be read or written costs time, not correctness. */
export class DescriptionCache {
  #changed = false;

  private constructor(
    private readonly root: string,
    private readonly entries: Record<string, Entry>,
  ) {}

  static open(root: string): DescriptionCache {
    try {
      const stored = JSON.parse(readFileSync(join(userFolderPath("cache", root), FILE), "utf8"));
      if (stored.version === VERSION) return new DescriptionCache(root, { ...stored.files });
    } catch {
      // There is none yet, or it is broken.
    }
    return new DescriptionCache(root, {});
  }

  reading(file: string, sources: HookSources): Reading | undefined {
    const known = this.entries[file]?.read;
    return known && known.key === sources.contentKey(file, "alone") ? known : undefined;
  }

  ran(file: string, sources: HookSources): HookDescription[] | undefined {
    const known = this.entries[file]?.ran;
    return known && known.key === sources.contentKey(file, "with imports") ? known.hooks : undefined;
  }

  /** Without an interpreter, nothing is known of a Python file; there may be one the next time. */
  keepReading(file: string, sources: HookSources, reading: Reading): void {
    if ("problem" in reading || reading === this.entries[file]?.read) return;
    if (reading.computed.some(({ what }) => what.startsWith("all that it declares"))) return;
    const key = sources.contentKey(file, "alone");
    if (key !== undefined) this.#keep(file, { read: { key, ...reading } });
  }

  keepRun(file: string, sources: HookSources, hooks: HookDescription[]): void {
    const key = sources.contentKey(file, "with imports");
    if (key !== undefined) this.#keep(file, { ran: { key, hooks } });
  }

  #keep(file: string, entry: Entry): void {
    this.entries[file] = { ...this.entries[file], ...entry };
    this.#changed = true;
  }

  /** Without the files that are gone. */
  save(): void {
    if (!this.#changed) return;
    const files = Object.fromEntries(
      Object.entries(this.entries).filter(([file]) => existsSync(join(this.root, file))),
    );
    try {
      const path = join(userFolder("cache", this.root), FILE);
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify({ version: VERSION, files }), { mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      // No home, or a full disk.
    }
  }
}
