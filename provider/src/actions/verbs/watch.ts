// `watch`: passes on what arrives, until it is told to end; then the hook has its time to tidy up.
import type { Json } from "../../base/json";
import { Exchange, type ExchangeRequest } from "../exchange/open-exchange";

/** Milliseconds that a hook has to end once it is told to; then its host is ended. */
const PATIENCE = 3_000;

/** Ends when the hook does, or after `signal`. @throws MeshroomError as Exchange */
export async function* watch(request: ExchangeRequest, signal: AbortSignal): AsyncGenerator<Json> {
  const exchange = await Exchange.open("watch", request);
  const stop = new AbortController();
  const items = new Queue<Json>();
  const giveUp = () => {
    stop.abort();
    setTimeout(() => exchange.close(), PATIENCE).unref();
  };
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  const ended = exchange.run({}, { signal: stop.signal, onItem: (value) => items.push(value) }).then(
    () => items.end(),
    // A hook that was told to end may do so by any error: its own abort, or the end of its host.
    (error) => items.end(stop.signal.aborted ? undefined : error),
  );
  try {
    yield* items;
  } finally {
    signal.removeEventListener("abort", giveUp);
    giveUp();
    await ended;
    exchange.close();
  }
}

/** What one side pushes and the other takes when it likes; a push is done when its item is taken and the next one asked for. */
class Queue<T> implements AsyncIterable<T> {
  readonly #items: { item: T; taken(): void }[] = [];
  #wake: () => void = () => undefined;
  #end: { error: unknown } | undefined;

  push(item: T): Promise<void> {
    return new Promise((taken) => {
      this.#items.push({ item, taken });
      this.#wake();
    });
  }

  end(error?: unknown): void {
    this.#end = { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      for (let next = this.#items.shift(); next; next = this.#items.shift()) {
        yield next.item;
        next.taken();
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
