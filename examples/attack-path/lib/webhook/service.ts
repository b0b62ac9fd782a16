import { nodeCommand, type Service } from "../services/service.ts";
import type { ReceiverSettings } from "./receiver.ts";

export function receiverService<HandlerSettings extends object>(settings: ReceiverSettings<HandlerSettings>): Service {
  const command = [...nodeCommand, require.resolve("./receiver.ts"), "@"];
  return { command, files: { "settings.json": JSON.stringify(settings) } };
}
