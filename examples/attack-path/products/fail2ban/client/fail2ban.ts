// fail2ban through fail2ban-client, which speaks to the server's socket.
import { run } from "../../../lib/run.ts";

export interface Server {
  config: string;
  socket: string;
}

function client({ config, socket }: Server, args: readonly string[], signal?: AbortSignal): Promise<string> {
  return run("fail2ban-client", ["-c", config, "-s", socket, ...args], { signal });
}

export async function reload(server: Server, signal: AbortSignal): Promise<void> {
  await client(server, ["reload"], signal);
}

export async function jails(server: Server, signal: AbortSignal): Promise<string[]> {
  const text = await client(server, ["status"], signal);
  return (/Jail list:\s*(.*)/.exec(text)?.[1] ?? "").split(/,\s*/).filter((name) => name !== "");
}

export async function ban(server: Server, jail: string, ip: string, signal?: AbortSignal): Promise<void> {
  await client(server, ["set", jail, "banip", ip], signal);
}

export async function unban(server: Server, jail: string, ip: string, signal?: AbortSignal): Promise<void> {
  await client(server, ["set", jail, "unbanip", ip], signal);
}
