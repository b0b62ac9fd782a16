// Writes to a resource's own line of Pulumi's display, by the engine's log service: `console.log` would land on the stack.
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { wellFormed } from "../../base/keepable";
import { LogQueue, type Send, type Severity } from "./log-queue";
import { providerProcess } from "./provider-process";

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

/** Never fails: a lost message is no reason to stop. */
function sendToEngine(urn: string): Send {
  return ({ severity, text, ephemeral }) => {
    const client = providerProcess().engine;
    if (!client) return Promise.resolve();
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severities[severity]);
    request.setMessage(wellFormed(text));
    request.setEphemeral(ephemeral);
    return new Promise((resolve) => client.log(request, () => resolve()));
  };
}

/** `ephemeral`: shown as the resource's status while it is worked on, not kept. Done when the engine has it; never fails. */
export function logToResource(urn: string, severity: Severity, message: string, ephemeral = false): Promise<void> {
  const { logs } = providerProcess();
  let queue = logs.get(urn);
  if (!queue) {
    queue = new LogQueue(sendToEngine(urn));
    logs.set(urn, queue);
  }
  return queue.add(severity, message, ephemeral);
}

/** Done when the engine has all that was said of a resource. */
export async function flushLog(urn: string): Promise<void> {
  await providerProcess().logs.get(urn)?.flush();
}
