// What the records of a journal come to: the operations that the state may not know of yet. Pure.
import type { JournalRecord, OperationKind, Retry, Sealed } from "./records";
import type { Seal } from "./seal";

/** What a plug's resource holds, as far as the journal follows it while hooks run. */
export interface Properties {
  state?: unknown;
  __secretState?: unknown;
  __done: number;
  __touched: string[];
}

/** One creation, update or deletion of a plug. */
export interface Operation<T extends Properties = Properties> {
  urn: string;
  id: string;
  kind: OperationKind;
  /** Number of the run in which it began. */
  run: number;
  /** Random, the same for all that go on with this operation. */
  attempt: string;
  /** Digest of what the state said of the plug before it. */
  base: string;
  /** Digest of the inputs that it was for. */
  want: string;
  /** As far as it has come; whole where it has ended. */
  properties: T;
  /** The step that has begun and not ended, counted from 0. */
  inFlight?: { step: number; side: string; until: number };
  retry?: Retry;
  /** Steps of a deletion that have ended. */
  tornDown: number;
  isEnded: boolean;
}

export interface Folded {
  /** In the order in which they began; at most one per creation of a plug. */
  operations: Map<string, Operation>;
  /** Of the last run that has written. */
  run: number;
  /** Operations whose content the key does not open. */
  unreadable: string[];
}

export const keyOf = ({ urn, id }: { urn: string; id: string }) => `${urn}\n${id}`;

export function foldRecords(records: readonly JournalRecord[], seal: Seal): Folded {
  const folded: Folded = { operations: new Map(), run: 0, unreadable: [] };
  for (const record of records) {
    if (record.type === "run") folded.run = Math.max(folded.run, record.run);
    else applyRecord(folded, record, seal);
  }
  return folded;
}

export function applyRecord(folded: Folded, record: Exclude<JournalRecord, { type: "run" }>, seal: Seal): void {
  const key = keyOf(record);
  const operation = folded.operations.get(key);
  try {
    if (record.type === "begin") begin(folded, record, seal);
    else if (record.type === "settled") folded.operations.delete(key);
    else if (operation) advance(operation, record, seal);
  } catch {
    folded.operations.delete(key);
    folded.unreadable.push(record.urn);
  }
}

function begin({ operations }: Folded, record: Extract<JournalRecord, { type: "begin" }>, seal: Seal): void {
  const { type: _, properties, ...rest } = record;
  // Last in order: what began last is what is there.
  operations.delete(keyOf(record));
  operations.set(keyOf(record), { ...rest, properties: open(seal, properties), isEnded: false });
}

function advance(operation: Operation, record: JournalRecord, seal: Seal): void {
  const { properties } = operation;
  if (record.type === "step") {
    operation.inFlight = { step: record.step, side: record.side, until: record.until };
    if (operation.kind !== "delete") properties.__touched = [...new Set([...properties.__touched, record.side])];
  } else if (record.type === "stored") Object.assign(properties, seal.open(record.stored));
  else if (record.type === "done") {
    operation.inFlight = undefined;
    if (operation.kind === "delete") operation.tornDown = record.step + 1;
    else properties.__done = record.step + 1;
  } else if (record.type === "end") {
    operation.properties = open(seal, record.properties);
    operation.inFlight = undefined;
    operation.isEnded = true;
  }
}

function open(seal: Seal, sealed: Sealed): Properties {
  return seal.open(sealed) as Properties;
}
