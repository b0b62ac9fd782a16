// Receivers in Alertmanager's one configuration file: a marked part below `routes:`, a marked part at the end.
import { readFileSync } from "node:fs";
import { overwrite } from "../../../lib/files.ts";
import { hasMarked, insertAfter, marked, withoutMarked } from "../../../lib/marked.ts";

export interface Receiver {
  id: string;
  url: string;
  /** The file with the token that it is shown. */
  tokenFile: string;
  /** Which alerts it gets. */
  matchers: readonly string[];
}

/** The text with the receiver in it, and nothing else changed. */
export function withReceiver(text: string, { id, url, tokenFile, matchers }: Receiver): string {
  const route = { receiver: id, matchers, continue: true };
  const http_config = { authorization: { credentials_file: tokenFile } };
  const receiver = { name: id, webhook_configs: [{ url, send_resolved: false, http_config }] };
  const routed = insertAfter(withoutMarked(text, id), /^ +routes:$/, marked(id, `- ${JSON.stringify(route)}`, "    "));
  if (!routed) throw new Error("the configuration has no line `routes:` below `route:`: add one");
  return `${routed.replace(/\n?$/, "\n")}${marked(id, `- ${JSON.stringify(receiver)}`, "  ")}`;
}

export function readConfig(file: string): string {
  return readFileSync(file, "utf8");
}

export function hasReceiver(file: string, id: string): boolean {
  return hasMarked(readConfig(file), id);
}

/** Changes the file and has it read; puts it back where Alertmanager refuses it. */
export async function change(file: string, text: string, reload: () => Promise<void>): Promise<void> {
  const before = readConfig(file);
  overwrite(file, text);
  try {
    await reload();
  } catch (error) {
    overwrite(file, before);
    throw error;
  }
}
