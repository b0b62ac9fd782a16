// One call of a hook with parameters.
import type { Json } from "../../base/json";
import { Exchange, type ExchangeRequest } from "./open-exchange";

export async function runOnce(
  kind: "trigger" | "execute",
  request: ExchangeRequest,
  params: Record<string, Json>,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  const exchange = await Exchange.open(kind, request);
  try {
    return await exchange.run({ params }, { signal });
  } finally {
    exchange.close();
  }
}
