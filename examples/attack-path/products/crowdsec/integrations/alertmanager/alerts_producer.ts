// A notification for each alert. Alertmanager's hook runs first and leaves `alerts_url` in the plug.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";
import { readIfThere, removeFile, writeWhole } from "../../../../lib/files.ts";
import { hasMarked, marked, withoutMarked } from "../../../../lib/marked.ts";
import { plugId } from "../../../../lib/plug-id.ts";
import { reload } from "../../client/daemon.ts";

// Two plugs share profiles.yaml.local: exclusive hooks change it one after the other. The reload is a step of its own,
// not exclusive, so that plugs may share it.

/** Add a notification */
export const addNotification = setup({ order: 1, exclusive: true }, (context) => {
  writeWhole(notificationFile(context), notificationOf(context), 0o600);
  const { file, text } = profiles(context);
  const id = plugId(context.plug);
  writeWhole(file, withoutMarked(text, id) + marked(id, profileOf(id)));
});

/** Have CrowdSec read its notifications */
export const readNotifications = setup({ order: 2 }, ({ instance, signal }) => reload(instance, signal));

/** Have CrowdSec forget the notification */
export const forgetNotification = teardown({ order: 1 }, ({ instance, signal }) => reload(instance, signal));

/** Remove the notification */
export const removeNotification = teardown({ order: 2, exclusive: true }, (context) => {
  const { file, text } = profiles(context);
  const rest = withoutMarked(text, plugId(context.plug));
  if (rest === "") removeFile(file);
  else writeWhole(file, rest);
  removeFile(notificationFile(context));
});

/** Is the notification still there? */
export const checkNotification = status((context) => {
  const text = readIfThere(notificationFile(context));
  if (text === undefined || !hasMarked(profiles(context).text, plugId(context.plug))) return false;
  return text === notificationOf(context) || `the notification ${plugId(context.plug)}.yaml was changed`;
});

function notificationFile({ instance, plug }: PlugContext): string {
  return join(instance.settings.folder, "notifications", `${plugId(plug)}.yaml`);
}

/** CrowdSec reads the profiles of this file before those of profiles.yaml, which stays as it is. */
function profiles({ instance }: PlugContext): { file: string; text: string } {
  const file = join(instance.settings.folder, "profiles.yaml.local");
  return { file, text: readIfThere(file) ?? "" };
}

/** Notifies, decides nothing, and lets the other profiles have their turn. */
function profileOf(id: string): string {
  const filters = ['Alert.Remediation == true && Alert.GetScope() == "Ip"'];
  return `---\n${JSON.stringify({ name: id, filters, notifications: [id] })}\n---\n`;
}

function notificationOf({ plug }: PlugContext): string {
  const format = readFileSync(require.resolve("./notification.tmpl"), "utf8");
  const headers = { "Content-Type": "application/json" };
  const http = { type: "http", name: plugId(plug), log_level: "info", format, url: plug.settings.alerts_url };
  return `# Written by Meshroom.\n${JSON.stringify({ ...http, method: "POST", headers })}\n`;
}
