// Writes to a resource's own line of Pulumi's display, by the engine's log service: `console.log` would land on the stack.
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "debug" | "info" | "warning" | "error";

const severities = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
} as const;

let engine: EngineClient | undefined;

/** The engine gives its address as the provider process's first argument; without one (a test, a script) messages go nowhere. */
function connect(): EngineClient | undefined {
  const address = process.argv[2];
  if (!engine && address && /^[\w.[\]:-]+:\d+$/.test(address)) {
    engine = new EngineClient(address, grpc.credentials.createInsecure());
  }
  return engine;
}

/** `ephemeral`: shown as the resource's status while it is worked on, not kept. Never fails: a lost message is no reason to stop. */
export function logToResource(urn: string, severity: Severity, message: string, ephemeral = false): Promise<void> {
  const client = connect();
  if (!client) return Promise.resolve();
  const request = new LogRequest();
  request.setUrn(urn);
  request.setSeverity(severities[severity]);
  request.setMessage(message);
  request.setEphemeral(ephemeral);
  return new Promise((resolve) => client.log(request, () => resolve()));
}
