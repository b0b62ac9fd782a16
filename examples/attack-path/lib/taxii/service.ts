import { nodeCommand, type Service } from "../services/service.ts";
import type { PollerSettings } from "./poller.ts";

export function pollerService<SinkSettings extends object>(settings: PollerSettings<SinkSettings>): Service {
  const command = [...nodeCommand, require.resolve("./poller.ts"), "@"];
  return { command, files: { "settings.json": JSON.stringify(settings) } };
}
