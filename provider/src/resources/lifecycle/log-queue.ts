// The lines of one resource on their way to the engine.
import { isAttributed } from "../../hooks/hosts/attributed";

export type Severity = "debug" | "info" | "warning" | "error";

/** Characters of one message that lines are put together to. */
const MESSAGE_SIZE = 64 * 1024;

interface Entry {
  severity: Severity;
  text: string;
  /** Shown as the resource's status while it is worked on, not kept. */
  ephemeral: boolean;
  sent(): void;
}

/** Sends one message; done when the engine has taken it, or can't. */
export type Send = (message: Omit<Entry, "sent">) => Promise<void>;

/**
 * The lines of one resource, in their order. The engine handles calls at once and so in any order: the next one is made when the one before is
 * taken, and carries all lines of hooks that have come by then.
 */
export class LogQueue {
  readonly #entries: Entry[] = [];
  #sending: Promise<void> | undefined;

  constructor(private readonly send: Send) {}

  /** Done when the line is with the engine. */
  add(severity: Severity, text: string, ephemeral = false): Promise<void> {
    return new Promise((sent) => {
      this.#entries.push({ severity, text, ephemeral, sent });
      this.#sending ??= this.#sendAll();
    });
  }

  /** Done when nothing waits. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // What is said in the same breath goes together.
    await Promise.resolve();
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      const [{ severity, ephemeral }] = batch as [Entry, ...Entry[]];
      await this.send({ severity, ephemeral, text: batch.map(({ text }) => text).join("\n") });
      for (const { sent } of batch) sent();
    }
    this.#sending = undefined;
  }

  /** The next message: one of ours, or lines that hooks have said. */
  #take(): Entry[] {
    const [first] = this.#entries;
    if (!first) return [];
    if (first.ephemeral || !isAttributed(first.text)) return this.#entries.splice(0, 1);
    let size = 0;
    const end = this.#entries.findIndex(({ severity, ephemeral, text }, index) => {
      size += text.length;
      const isAlike = severity === first.severity && !ephemeral && isAttributed(text) && size <= MESSAGE_SIZE;
      return index > 0 && !isAlike;
    });
    return this.#entries.splice(0, end < 0 ? this.#entries.length : end);
  }
}
