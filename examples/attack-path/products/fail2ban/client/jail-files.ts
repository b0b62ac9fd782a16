// A jail that no log fills, and its action: an nftables table of its own.
import { join, resolve } from "node:path";
import type { HookInstance } from "pulumi-meshroom/hooks";

/** Texts by file. */
export function jailFiles({ settings }: HookInstance, id: string): Record<string, string> {
  const place = (folder: string) => join(settings.config, folder, `${id}.conf`);
  return {
    [place("filter.d")]: `# Written by Meshroom.\n[Definition]\nfailregex = ^never <HOST>$\n`,
    [place("action.d")]: `# Written by Meshroom.\n[Definition]\n${action(id)}`,
    [place("jail.d")]: `# Written by Meshroom.
[${id}]
enabled = true
filter = ${id}
logpath = ${resolve(settings.log)}
action = ${id}
bantime = ${settings.ban_seconds}
`,
  };
}

function action(id: string): string {
  const table = `inet ${id}`;
  return `actionstart = nft add table ${table}
              nft add set ${table} banned { type ipv4_addr\\; }
              nft add chain ${table} input { type filter hook input priority -1\\; }
              nft add rule ${table} input ip saddr @banned drop
actionstop = nft delete table ${table}
actionban = nft add element ${table} banned { <ip> }
actionunban = nft delete element ${table} banned { <ip> }
`;
}
