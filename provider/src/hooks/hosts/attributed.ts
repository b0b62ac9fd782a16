// Whose words a line is: what hooks print and log always stands behind the name of its hook, so that it is never taken for ours.
import { visible } from "../../base/visible";

/** `[siem: Create an intake] intake i-1`. Our own messages never begin with a bracket. `line` has been made visible. */
export function attributed(hook: string, line: string): string {
  return `[${visible(hook)}] ${line}`;
}

export function isAttributed(text: string): boolean {
  return text.startsWith("[");
}
