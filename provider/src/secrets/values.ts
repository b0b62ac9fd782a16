// What is inside secrets.gpg: one JSON object. Entries that nobody asks for are written back as they were read.
import { createHash } from "node:crypto";
import { MeshroomError } from "../diagnostic";
import type { SecretId } from "./sources";
import { ownName, plainName } from "./store-names";

/** Any JSON; a number that JavaScript would round is an opaque object that is written as it was read. */
export type SecretValue = unknown;

/**
 * The reserved entry that says for whom a value was stored under a plain name, which several secrets may share: `[own name, digest]` by
 * plain name. The digest ties the mark to the value: what another program stores there later is not taken for it.
 */
const MARKS = "meshroom:owners";

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

export class SecretValues {
  readonly #entries: Map<string, SecretValue>;

  constructor(entries: Iterable<readonly [string, SecretValue]> = []) {
    this.#entries = new Map(entries);
  }

  /** @throws MeshroomError STORE_NOT_JSON */
  static parse(text: string): SecretValues {
    const value = parseExactly(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw notJson();
    return new SecretValues(Object.entries(value));
  }

  /** ASCII only, since the Python tool may read it in the locale's encoding. */
  toText(): string {
    const text = JSON.stringify(Object.fromEntries(this.#entries));
    return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  /** Names as they are in the store, sorted. */
  names(): string[] {
    return [...this.#entries.keys()].filter((name) => name !== MARKS).sort();
  }

  /** The entry of that name, whoever it belongs to. */
  entry(name: string): SecretValue | undefined {
    return this.#entries.get(name);
  }

  setEntry(name: string, value: SecretValue): void {
    this.#entries.set(name, value);
  }

  /** The secret's value. One under a shared name is given only to the secret for which it is known to be stored. */
  get(id: SecretId): SecretValue | undefined {
    const own = this.#entries.get(ownName(id));
    if (own !== undefined) return own;
    return this.#holds(id) ? this.#entries.get(plainName(id)) : undefined;
  }

  /** Stores under `name` (of `storeNames`; without one, the plain name), unless what is there may be another secret's. */
  set(id: SecretId, value: SecretValue, name = plainName(id)): void {
    const plain = plainName(id);
    if (name === plain && (this.#entries.get(plain) === undefined || this.#holds(id))) {
      this.#entries.set(plain, value);
      this.#entries.delete(ownName(id));
      this.#mark(id, value);
    } else this.#entries.set(ownName(id), value);
  }

  delete(id: SecretId): boolean {
    const plain = plainName(id);
    const holds = this.#holds(id) && this.#entries.delete(plain);
    if (holds) this.#mark(id, undefined);
    return this.#entries.delete(ownName(id)) || holds;
  }

  /** Whether the plain name's value is this secret's. */
  #holds(id: SecretId): boolean {
    const plain = plainName(id);
    const value = this.#entries.get(plain);
    if (value === undefined) return false;
    const [owner, digest] = this.#marks().get(plain) ?? [];
    if (owner !== undefined && digest === digestOf(value)) return owner === ownName(id);
    return !id.isShared;
  }

  #mark(id: SecretId, value: SecretValue | undefined): void {
    const marks = this.#marks();
    if (value === undefined) marks.delete(plainName(id));
    else marks.set(plainName(id), [ownName(id), digestOf(value)]);
    this.#entries.set(MARKS, Object.fromEntries(marks));
  }

  #marks(): Map<string, readonly unknown[]> {
    const marks = this.#entries.get(MARKS);
    const entries = typeof marks === "object" && marks !== null ? Object.entries(marks) : [];
    return new Map(entries.filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1])));
  }
}

/** As hooks get it: text as it is, anything else as JSON. */
export function secretText(value: SecretValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function digestOf(value: SecretValue): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** Python writes `1.0` and integers of any size: both would come back as something else. */
function parseExactly(text: string): unknown {
  const keepNumber = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && context?.source !== undefined && String(value) !== context.source
      ? JSON.rawJSON(context.source)
      : value;
  try {
    return JSON.parse(text, keepNumber);
  } catch {
    // The parser's message quotes the text, which is all secrets.
    throw notJson();
  }
}

function notJson(): MeshroomError {
  return new MeshroomError({
    code: "STORE_NOT_JSON",
    severity: "error",
    summary: "secrets.gpg can be decrypted, but what is inside is not a JSON object",
    remedy: "restore it from git: `git log -- secrets.gpg`, then `git checkout COMMIT -- secrets.gpg`",
  });
}
