// The receiver as a service, for the setup hooks of any product without webhooks of its own.
import { resolve } from "node:path";
import { nodeCommand, type Service } from "../services/service.ts";
import type { ReceiverSettings } from "./receiver.ts";

export function receiverService<HandlerSettings extends object>(settings: ReceiverSettings<HandlerSettings>): Service {
  const command = [...nodeCommand, resolve(__dirname, "receiver.ts"), "@"];
  return { command, files: { "settings.json": JSON.stringify(settings) } };
}
