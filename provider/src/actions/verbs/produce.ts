// `produce`: sends lines of data as the source would, one after the other; a line that fails does not keep the next from being sent.

import type { Json } from "../../base/json";
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { Exchange, type ExchangeRequest } from "../exchange/open-exchange";

/** What became of one line. */
export interface Produced {
  /** From 1, empty lines counted. */
  line: number;
  data: string;
  /** What the hook returned; undefined for nothing. */
  result?: Json;
  problems?: readonly Diagnostic[];
}

/** Empty lines are passed over. @throws MeshroomError where nothing can be sent at all */
export async function* produce(
  request: ExchangeRequest,
  lines: AsyncIterable<string>,
  signal?: AbortSignal,
): AsyncGenerator<Produced> {
  const exchange = await Exchange.open("produce", request);
  try {
    let line = 0;
    for await (const text of lines) {
      line++;
      if (signal?.aborted) return;
      const data = text.trim();
      if (data !== "") yield { line, data, ...(await send(exchange, data, signal)) };
    }
  } finally {
    exchange.close();
  }
}

async function send(
  exchange: Exchange,
  data: string,
  signal?: AbortSignal,
): Promise<Pick<Produced, "result" | "problems">> {
  try {
    return { result: await exchange.run({ data }, { signal }) };
  } catch (error) {
    if (error instanceof MeshroomError) return { problems: error.diagnostics };
    throw error;
  }
}
