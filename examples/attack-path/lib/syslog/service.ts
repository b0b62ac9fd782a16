// The forwarder as a service, for the setup hooks of any product that logs to a file.
import { resolve } from "node:path";
import { nodeCommand, type Service } from "../services/service.ts";
import type { ForwarderSettings } from "./forwarder.ts";

const program = require.resolve("./forwarder.ts");

export function forwarderService(settings: ForwarderSettings): Service {
  const absolute = { ...settings, file: resolve(settings.file) };
  return { command: [...nodeCommand, program, "@"], files: { "settings.json": JSON.stringify(absolute) } };
}
