// A plug's operations in the stack's journal: what is written before and after each hook, and what of an earlier run the state does not know.
import { createHash, randomBytes } from "node:crypto";
import { formatDiagnostic } from "../../diagnostic";
import { Journal, readJournal } from "../../journal/journal";
import { keyOf, type Operation, type Properties } from "../../journal/operations";
import { journalFile } from "../../journal/place";
import type { OperationKind, Retry } from "../../journal/records";
import { journalKey, makeSeal, type Seal } from "../../journal/seal";
import { unpackPlan } from "../../mesh/pack-plan";
import { closeSettings } from "../../mesh/secret-settings";
import type { PlugInputs, StepInputs } from "../../mesh/stored";
import { isSame } from "./compare";
import { logToResource } from "./engine-log";
import { type PlugRun, projectRoot } from "./hook-runs";
import type { KnownPlug } from "./plug-change";
import { providerProcess } from "./provider-process";

/** What a plug that was made of an engine's mark is called (`actions/engine/adopt-pending.ts`); before there were journals, every plug. */
const COMMON_ID = "plug";

/** An operation that an earlier run has begun, or ended, without the state knowing. */
export type Unrecorded = Operation & { properties: KnownPlug };

/** Undefined where there is none to write: said once. */
let opening: Promise<Journal | undefined> | undefined;
let opened: Journal | undefined;
/** Operations that the state was seen to hold. */
const seen = new Map<string, Operation>();

/** An id of 128 random bits: nothing that is noted of a plug is ever taken for another one's. */
export function newPlugId(): string {
  return `plug-${randomBytes(16).toString("hex")}`;
}

/** What any resource of a mesh has, and it takes to find the stack's journal. */
type OfStack = Pick<PlugInputs, "__urn" | "__plan">;

export function openJournal(inputs: OfStack): Promise<Journal | undefined> {
  opening ??= open(inputs);
  return opening;
}

async function open(inputs: OfStack): Promise<Journal | undefined> {
  const say = (severity: "info" | "warning", text: string) => void logToResource(inputs.__urn, severity, text);
  try {
    opened = await Journal.open({
      ...placeOf(inputs),
      onWait: (seconds) =>
        say("info", `waiting for hooks of an earlier run that are still at work, ${seconds} s at most`),
      onDamage: (summary) =>
        say("warning", formatDiagnostic({ code: "JOURNAL_DAMAGED", severity: "warning", summary })),
    });
    providerProcess().onOrderlyEnd = () => closeJournal(!savesLate);
    return opened;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const summary = `no journal can be kept: ${(error as Error).message}; what hooks do in this run is lost if it is killed`;
    say("warning", formatDiagnostic({ code: "JOURNAL_UNUSABLE", severity: "warning", summary }));
    return undefined;
  }
}

function placeOf(inputs: OfStack): { file: string; seal: Seal } {
  const root = projectRoot(unpackPlan(inputs.__plan));
  const owner = { root, programFolder: process.cwd(), urn: inputs.__urn };
  return { file: journalFile(owner, process.env), seal: makeSeal(journalKey(root, process.env)) };
}

let peeked: Operation[] | undefined;

/** For diff, which must not wait: what the journal says now. */
export async function peekAhead(id: string, olds: KnownPlug): Promise<Unrecorded | undefined> {
  if (opening) return findAhead((await opening)?.all() ?? [], id, olds);
  if (!peeked) {
    const { file, seal } = placeOf(olds);
    peeked = [...readJournal(file, seal).folded.operations.values()];
  }
  return findAhead(peeked, id, olds);
}

/** What has been done with a plug since the state knew it as `olds`. */
export function ahead(journal: Journal | undefined, id: string, olds: KnownPlug): Unrecorded | undefined {
  if (!journal) return undefined;
  const found = findAhead(journal.operationsOf(olds.__urn), id, olds);
  settleSeen(journal);
  return found;
}

function settleSeen(journal: Journal): void {
  for (const operation of seen.values()) journal.settle(operation);
  seen.clear();
}

function findAhead(operations: readonly Operation[], id: string, olds: KnownPlug): Unrecorded | undefined {
  const base = looseDigest(olds);
  for (const operation of [...operations].reverse()) {
    if (operation.urn !== olds.__urn) continue;
    const isMine = operation.id === id || (id === COMMON_ID && operation.kind === "create");
    if (!isMine) continue;
    const { drift: _, ...known } = olds;
    if (operation.kind !== "delete" && operation.isEnded && isSame(known, operation.properties)) {
      seen.set(keyOf(operation), operation);
      return undefined;
    }
    if (operation.base === base) return operation as Unrecorded;
  }
  return undefined;
}

/** A plug that hooks have set up, whole or in part, and the engine has never recorded. */
export function neverRecorded(journal: Journal | undefined, urn: string): Unrecorded | undefined {
  if (journal) settleSeen(journal);
  const operations = journal?.operationsOf(urn) ?? [];
  return operations.filter(({ kind }) => kind !== "delete").at(-1) as Unrecorded | undefined;
}

/** Plugs of an instance that the engine has never recorded: those that it has are gone before their instance is. */
export function neverRecordedOf(journal: Journal | undefined, address: string): Unrecorded[] {
  const operations = (journal?.all() ?? []).filter(({ kind }) => kind !== "delete") as Unrecorded[];
  return operations.filter(({ properties }) => [properties.source, properties.destination].includes(address));
}

/** Whether two operations are for the same inputs; of what a plug was before one: what neither progress nor a refresh changes. */
function looseDigest(properties: object): string {
  const { __done, __touched, __attempt, __replace, __givenSecrets, drift, ...rest } = properties as Record<
    string,
    unknown
  >;
  return createHash("sha256").update(canonical(rest)).digest("hex").slice(0, 24);
}

/** Without what is empty, keys in order: the engine keeps neither. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const text = canonical(each);
    return text === "" || text === "{}" ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${entries.sort().join()}}`;
}

/** What is written of one operation. */
export interface OperationStart {
  id: string;
  kind: OperationKind;
  /** What the state says of the plug; for one that it does not have, what a mark of its creation would become. */
  base: object;
  /** The operation of an earlier run that this one goes on with. */
  ahead?: Unrecorded;
  /** The attempt that the state knows of: that of a step that has failed. */
  attempt?: string;
  done: number;
  touched: readonly string[];
  tornDown?: number;
}

/** Follows one operation: each call is in the journal when it is done. */
export class Progress {
  readonly attempt: string;
  readonly #start: OperationStart;
  readonly #journal: Journal | undefined;
  readonly #urn: string;
  readonly #retry: Retry | undefined;

  private constructor(journal: Journal | undefined, urn: string, start: OperationStart, want: string) {
    const { ahead: earlier } = start;
    this.#journal = journal;
    this.#urn = urn;
    this.#start = start;
    const isSameWork = earlier && earlier.kind === start.kind && earlier.want === want;
    this.attempt = (isSameWork ? earlier.attempt : start.attempt) ?? randomBytes(16).toString("hex");
    this.#retry = earlier?.inFlight
      ? { step: earlier.inFlight.step, attempt: earlier.attempt }
      : isSameWork
        ? earlier.retry
        : undefined;
  }

  static async begin(journal: Journal | undefined, run: PlugRun, start: OperationStart): Promise<Progress> {
    const want = looseDigest(run.inputs);
    const progress = new Progress(journal, run.inputs.__urn, start, want);
    const properties: Properties = {
      ...run.inputs,
      state: closeSettings(run.settings, run.inputs),
      __secretState: run.secretState,
      __done: start.done,
      __touched: [...start.touched],
    };
    await journal?.begin({
      urn: run.inputs.__urn,
      id: start.id,
      kind: start.kind,
      attempt: progress.attempt,
      base: looseDigest(start.base),
      want,
      tornDown: start.tornDown ?? 0,
      retry: progress.#retry,
      properties,
    });
    // It goes on under the id that the engine knows.
    if (start.ahead && start.ahead.id !== start.id) journal?.settle(start.ahead);
    return progress;
  }

  /** A key of 128 bits for one step, the same however often the step has to be begun again; and whether it was. */
  attemptAt(index: number, step: StepInputs): { attempt: { key: string }; interrupted: boolean } {
    const interrupted = this.#retry?.step === index;
    const attempt = interrupted && this.#retry ? this.#retry.attempt : this.attempt;
    const text = [attempt, step.kind, step.side, step.file, step.export].join("\0");
    return { attempt: { key: createHash("sha256").update(text).digest("hex").slice(0, 32) }, interrupted };
  }

  /** @throws as the file system: the hook must not begin then */
  step(index: number, side: string, seconds: number): void {
    this.#journal?.step(this.#of, index, side, seconds);
  }

  stored({ settings, secretState }: PlugRun): void {
    this.#journal?.stored(this.#of, { state: settings, __secretState: secretState });
  }

  done(index: number): void {
    this.#journal?.done(this.#of, index);
  }

  end(properties: Properties): void {
    this.#journal?.end(this.#of, properties);
  }

  /** Nothing was begun. */
  forget(): void {
    this.#journal?.settle(this.#of);
  }

  get #of(): { urn: string; id: string } {
    return { urn: this.#urn, id: this.#start.id };
  }
}

/** Where the engine saves at the end of its run, that comes after this process's. */
const savesLate = /^(1|true)$/i.test(process.env.PULUMI_SKIP_CHECKPOINTS ?? "");

/** At the end of the process, at once. `isSaved`: the engine has been answered all, and has saved it. */
function closeJournal(isSaved: boolean): void {
  if (!opened) return;
  settleSeen(opened);
  opened.close(isSaved);
}
