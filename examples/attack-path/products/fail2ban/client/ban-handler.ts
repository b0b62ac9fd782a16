// Bans the addresses of firing alerts. Loaded by the webhook receiver.
import { isIPv4 } from "node:net";
import type { Handler } from "../../../lib/webhook/receiver.ts";
import { ban, type Server } from "./fail2ban.ts";

export interface BanSettings extends Server {
  jail: string;
}

interface Notification {
  alerts?: { status?: string; labels?: Record<string, string> }[];
}

export function openHandler({ jail, ...server }: BanSettings): Handler {
  return {
    async handle(body) {
      const firing = ((body as Notification).alerts ?? []).filter(({ status }) => status === "firing");
      const addresses = new Set(firing.map(({ labels }) => labels?.src_ip ?? "").filter(isIPv4));
      for (const address of addresses) await ban(server, jail, address);
    },
  };
}
