// The poller as a service, for the setup hooks of any product that takes threats from a TAXII server.
import { resolve } from "node:path";
import { nodeCommand, type Service } from "../services/service.ts";
import type { PollerSettings } from "./poller.ts";

export function pollerService<SinkSettings extends object>(settings: PollerSettings<SinkSettings>): Service {
  const command = [...nodeCommand, resolve(__dirname, "poller.ts"), "@"];
  return { command, files: { "settings.json": JSON.stringify(settings) } };
}
