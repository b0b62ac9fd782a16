// What the journal is written with: one record per line, each with a checksum, so that a torn or foreign line is told from a whole one. Pure.
import { crc32 } from "node:zlib";

/** What a plug's hooks are run for. */
export type OperationKind = "create" | "update" | "delete";

/** JSON that may hold secrets, as it is written: encrypted. */
export type Sealed = string;

/** A step that an earlier operation had begun and not ended: it is done again as the same attempt. */
export interface Retry {
  step: number;
  attempt: string;
}

interface About {
  /** Of the plug's resource. */
  urn: string;
  /** The resource's id: another one after each creation. */
  id: string;
}

export type JournalRecord =
  /** The operation begins, before its first hook. `base`: digest of what the state says; `want`: of the inputs. */
  | (About & {
      type: "begin";
      kind: OperationKind;
      run: number;
      attempt: string;
      base: string;
      want: string;
      tornDown: number;
      retry?: Retry;
      properties: Sealed;
    })
  /** A hook is about to be called. `until`: when it has ended or been killed, ms since 1970. */
  | (About & { type: "step"; step: number; side: string; until: number })
  /** What a hook has put into `plug.settings` or given to `setSecret`, all of it. */
  | (About & { type: "stored"; stored: Sealed })
  /** A hook has ended well. */
  | (About & { type: "done"; step: number })
  /** All hooks have been called; `properties`: what the engine is answered. */
  | (About & { type: "end"; properties: Sealed })
  /** The state is known to hold it, or there is nothing to hold: the operation is forgotten. */
  | (About & { type: "settled" })
  /** A process begins to write. */
  | { type: "run"; run: number; pid: number; at: string };

export function encodeRecord(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** Records in the order in which they were written; the numbers of the lines that are none, counted from 1. */
export function decodeRecords(text: string): { records: JournalRecord[]; damaged: number[] } {
  const records: JournalRecord[] = [];
  const damaged: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const json = line.slice(9);
    if (line[8] === " " && line.slice(0, 8) === checksum(json)) records.push(JSON.parse(json) as JournalRecord);
    else damaged.push(index + 1);
  }
  return { records, damaged };
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
