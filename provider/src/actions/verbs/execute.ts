// `execute`: runs an action at its executor.
import type { Json } from "../../base/json";
import type { ExchangeRequest } from "../exchange/open-exchange";
import { runOnce } from "../exchange/run-once";

/** What the hook returned. @throws MeshroomError as Exchange */
export function execute(
  request: ExchangeRequest,
  params: Record<string, Json>,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  return runOnce("execute", request, params, signal);
}
