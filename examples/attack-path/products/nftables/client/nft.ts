// nftables through `nft`: tables, and sets of addresses.
import { run } from "../../../lib/run.ts";

export async function hasTable(name: string, signal: AbortSignal): Promise<boolean> {
  const { nftables } = JSON.parse(await run("nft", ["-j", "list", "tables"], { signal })) as {
    nftables: { table?: { family: string; name: string } }[];
  };
  return nftables.some(({ table }) => table?.family === "ip" && table.name === name);
}

/** Content with one that is gone. */
export async function deleteTable(name: string, signal: AbortSignal): Promise<void> {
  if (await hasTable(name, signal)) await run("nft", ["delete", "table", "ip", name], { signal });
}

const table = "mesh_by_hand";

/** Drops what comes from the address: a table of our own, made when it is first needed. */
export async function block(ip: string, signal: AbortSignal): Promise<void> {
  const isNew = !(await hasTable(table, signal));
  const rules = `add table ip ${table}
add set ip ${table} blocked { type ipv4_addr; }
add chain ip ${table} input { type filter hook input priority -1; }
add rule ip ${table} input ip saddr @blocked drop\n`;
  await run("nft", ["-f", "-"], { signal, input: `${isNew ? rules : ""}add element ip ${table} blocked { ${ip} }\n` });
}

/** Content with an address that is not blocked. The table goes with its last address. */
export async function unblock(ip: string, signal: AbortSignal): Promise<void> {
  if (!(await hasTable(table, signal))) return;
  const change = `add element ip ${table} blocked { ${ip} }\ndelete element ip ${table} blocked { ${ip} }\n`;
  await run("nft", ["-f", "-"], { signal, input: change });
  const set = await run("nft", ["list", "set", "ip", table, "blocked"], { signal });
  if (!set.includes("elements")) await deleteTable(table, signal);
}
