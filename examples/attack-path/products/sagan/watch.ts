// `meshroom watch alerts ids`, and test data for its alerts: a message as a log collector would write it.
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { produce, watch } from "pulumi-meshroom/hooks";
import { follow } from "../../lib/follow.ts";

/** Watch alerts as they arrive */
export const watchAlerts = watch({ role: "producer", topic: "alerts" }, async function* ({ instance, signal }) {
  for await (const line of follow(instance.settings.eve_log, signal)) yield JSON.parse(line);
});

/** Have Sagan read a message, which its rules may alert on */
export const writeMessage = produce({ role: "producer", topic: "alerts" }, ({ instance, data }) => {
  const [day, time = ""] = new Date().toISOString().split("T");
  const line = `127.0.0.1|local0|warning|warning|84|${day}|${time.slice(0, 8)}|waf| ${data.trim()}\n`;
  // Without waiting for a reader: an error says that Sagan does not run.
  const pipe = openSync(instance.settings.fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    writeSync(pipe, line);
  } finally {
    closeSync(pipe);
  }
  return { written: line.trimEnd() };
});
