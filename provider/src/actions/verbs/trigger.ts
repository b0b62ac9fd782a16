// `trigger`: has the trigger of a plug ask for its action; on an instance alone, has the instance run the action.
import type { Json } from "../../base/json";
import type { ExchangeRequest } from "../exchange/open-exchange";
import { runOnce } from "../exchange/run-once";

/** What the hook returned. @throws MeshroomError as Exchange */
export function trigger(
  request: ExchangeRequest,
  params: Record<string, Json>,
  signal?: AbortSignal,
): Promise<Json | undefined> {
  return runOnce("trigger", request, params, signal);
}
