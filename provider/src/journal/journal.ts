// The journal of a stack: an append-only file that says what hooks are about to do and what they have done, before anyone else knows.
import { chmodSync, closeSync, existsSync, fdatasync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type ProcessLock, tryLock } from "../base/process-lock";
import { writeFileWhole } from "../base/write-file";
import { MeshroomError } from "../diagnostic";
import { applyRecord, type Folded, foldRecords, keyOf, type Operation, type Properties } from "./operations";
import { decodeRecords, encodeRecord, type JournalRecord } from "./records";
import type { Seal } from "./seal";

/** Beyond the time limit of the last hook of an earlier run: it is killed then, and its process has only to end. */
const GRACE_MS = 15_000;
const LOOK_MS = 50;

export interface JournalOptions {
  file: string;
  seal: Seal;
  /** Told once, with the most seconds that it may take, when hooks of an earlier run are still at work. */
  onWait?(seconds: number): void;
  /** Told of what can't be read. */
  onDamage?(what: string): void;
}

type Operated = Pick<Operation, "urn" | "id">;

/** One process writes it at a time; it is that process's until it ends or {@link close} is called. */
export class Journal {
  readonly #file: string;
  readonly #seal: Seal;
  readonly #lock: ProcessLock;
  readonly #folded: Folded;
  readonly run: number;
  #descriptor: number;
  #failure: Error | undefined;
  #syncing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor({ file, seal }: JournalOptions, lock: ProcessLock, folded: Folded) {
    this.#file = file;
    this.#seal = seal;
    this.#lock = lock;
    this.#folded = folded;
    this.run = folded.run + 1;
    this.#descriptor = openSync(file, "a", 0o600);
    this.#write({ type: "run", run: this.run, pid: process.pid, at: new Date().toISOString() });
  }

  /**
   * Waits for hooks of an earlier run that are still at work: nothing is begun beside them.
   * @throws MeshroomError JOURNAL_BUSY where they do not end; as the file system
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const { file, seal, onDamage } = options;
    const lock = await acquire(options);
    const { folded, isDamaged } = readJournal(file, seal);
    if (isDamaged || folded.unreadable.length > 0) {
      const copy = `${file}.damaged-${Date.now()}`;
      renameSync(file, copy);
      onDamage?.(describeDamage(copy, folded));
    }
    writeFileWhole(file, recordsOf(folded, seal));
    chmodSync(file, 0o600);
    return new Journal(options, lock, folded);
  }

  /** What earlier runs, or this one, have done with a plug and the state may not know, the latest last. */
  operationsOf(urn: string): Operation[] {
    return this.all().filter((operation) => operation.urn === urn);
  }

  all(): Operation[] {
    return [...this.#folded.operations.values()];
  }

  /** Done when it is on the disk. @throws as the file system */
  async begin(operation: Omit<Operation, "run" | "isEnded" | "inFlight">): Promise<void> {
    const { properties, ...rest } = operation;
    this.#write({ type: "begin", ...rest, run: this.run, properties: this.#seal.close(properties) });
    if (this.#failure) throw this.#failure;
    await this.#sync();
  }

  /** @param seconds that the hook has at most; @throws as the file system */
  step({ urn, id }: Operated, step: number, side: string, seconds: number): void {
    this.#write({ type: "step", urn, id, step, side, until: Date.now() + seconds * 1000 });
    if (this.#failure) throw this.#failure;
    void this.#sync().catch(() => undefined);
  }

  stored({ urn, id }: Operated, stored: Partial<Properties>): void {
    this.#write({ type: "stored", urn, id, stored: this.#seal.close(stored) });
  }

  done({ urn, id }: Operated, step: number): void {
    this.#write({ type: "done", urn, id, step });
  }

  end({ urn, id }: Operated, properties: Properties): void {
    this.#write({ type: "end", urn, id, properties: this.#seal.close(properties) });
    // What an earlier run has ended, and this one has answered with, is this one's to be forgotten.
    const known = this.#folded.operations.get(keyOf({ urn, id }));
    if (known) known.run = this.run;
    void this.#sync().catch(() => undefined);
  }

  /** The state holds it, or has never to. */
  settle({ urn, id }: Operated): void {
    if (this.#folded.operations.has(keyOf({ urn, id }))) this.#write({ type: "settled", urn, id });
  }

  /** Forgets what this run has ended, where the state is known to hold it, and lets others write. */
  close(isSaved: boolean): void {
    if (isSaved) {
      for (const operation of this.all()) if (operation.run === this.run && operation.isEnded) this.settle(operation);
    }
    closeSync(this.#descriptor);
    writeFileWhole(this.#file, recordsOf({ ...this.#folded, run: this.run }, this.#seal));
    this.#lock.release();
  }

  /** What can't be written is remembered: the hook at work is let end, the next does not begin. */
  #write(record: JournalRecord): void {
    if (record.type !== "run") applyRecord(this.#folded, record, this.#seal);
    try {
      writeSync(this.#descriptor, encodeRecord(record));
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  /** One wait of the disk for all that have written by then. */
  #sync(): Promise<void> {
    if (!this.#syncing) {
      this.#syncing = new Promise<void>((resolve, reject) => {
        fdatasync(this.#descriptor, (error) => (error ? reject(error) : resolve()));
      }).finally(() => {
        this.#syncing = undefined;
      });
      return this.#syncing;
    }
    this.#next ??= this.#syncing
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#sync();
      });
    return this.#next;
  }
}

/** Without a lock, for a preview: what another process is writing may be missing. */
export function readJournal(file: string, seal: Seal): { folded: Folded; isDamaged: boolean } {
  const { records, damaged } = decodeRecords(existsSync(file) ? readFileSync(file, "utf8") : "");
  return { folded: foldRecords(records, seal), isDamaged: damaged.length > 0 };
}

/** The least that says the same. */
function recordsOf({ operations, run }: Folded, seal: Seal): string {
  const records: JournalRecord[] =
    run > 0 ? [{ type: "run", run, pid: process.pid, at: new Date().toISOString() }] : [];
  for (const { properties, inFlight, isEnded, ...rest } of operations.values()) {
    const { urn, id } = rest;
    const sealed = seal.close(properties);
    records.push({ type: "begin", ...rest, properties: sealed });
    if (inFlight) records.push({ type: "step", urn, id, ...inFlight });
    if (isEnded) records.push({ type: "end", urn, id, properties: sealed });
  }
  return records.map(encodeRecord).join("");
}

async function acquire({ file, seal, onWait }: JournalOptions): Promise<ProcessLock> {
  const started = Date.now();
  let isSaid = false;
  for (;;) {
    const lock = tryLock(`${file}.lock`);
    if (lock) return lock;
    const until = Math.max(started, lastHookEnds(file, seal));
    if (Date.now() > until + GRACE_MS) throw busy(file);
    if (!isSaid) onWait?.(Math.ceil((until + GRACE_MS - Date.now()) / 1000));
    isSaid = true;
    await delay(LOOK_MS);
  }
}

function lastHookEnds(file: string, seal: Seal): number {
  const { folded } = readJournal(file, seal);
  return Math.max(0, ...[...folded.operations.values()].map(({ inFlight }) => inFlight?.until ?? 0));
}

function busy(file: string): MeshroomError {
  return new MeshroomError({
    code: "JOURNAL_BUSY",
    severity: "error",
    summary: `another run of this stack is at work beside this one: it writes ${file}`,
    remedy: `wait for it to end, or end it (\`fuser ${file}.lock\` names its process), then try again`,
  });
}

function describeDamage(copy: string, { unreadable }: Folded): string {
  if (unreadable.length === 0)
    return `lines of the journal were damaged; what could be read counts, all is kept in ${copy}`;
  const names = [...new Set(unreadable)].map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).join(", ");
  return `the journal holds what another key has encrypted, of ${names}; all is kept in ${copy}`;
}
