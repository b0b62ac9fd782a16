// What the hooks under test do: each step makes one object at a tenant over HTTP and tells a ledger, synced, when it starts, has called, ends.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { PlugContext, Status, StepContext } from "pulumi-meshroom/hooks";

/**
 * How a vendor is dealt with. `put`: objects have the names that we give. `post`: each call makes a new one, whose id is kept. `find`: it is
 * looked for first. `key`: each call carries the attempt's key, and the vendor makes one object per key.
 */
export type Manner = "put" | "post" | "find" | "key";

const { CRASH_LEDGER = "", CRASH_TENANT = "", CRASH_PHASE = "", CRASH_MANNER } = process.env;
const manner = CRASH_MANNER as Manner;

function tell(...words: string[]): void {
  const ledger = openSync(CRASH_LEDGER, "a");
  writeSync(ledger, `${[...words, Date.now(), CRASH_PHASE].join("\t")}\n`);
  fsyncSync(ledger);
  closeSync(ledger);
}

interface Answer {
  isFound: boolean;
  id?: string;
  ids?: string[];
  level?: number | null;
}

async function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${CRASH_TENANT}/${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: { connection: "close", ...headers },
  });
  if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: HTTP ${response.status}`);
  return { isFound: response.ok, ...((await response.json()) as object) };
}

const find = async (plug: string, step: string) =>
  (await call("GET", `find?${new URLSearchParams({ plug, step })}`)).ids ?? [];

const nameOf = ({ plug }: PlugContext, step: string) => encodeURIComponent(`${plug.name}/${step}`);

/** Runs `work` at a random moment of 50 to 150 ms. */
async function told(kind: string, plug: string, step: string, work: () => Promise<void>): Promise<void> {
  const whole = 50 + Math.random() * 100;
  const first = whole * Math.random();
  tell(kind, plug, step, "start");
  await setTimeout(first);
  await work();
  tell(kind, plug, step, "called");
  await setTimeout(whole - first);
  tell(kind, plug, step, "end");
}

export function make(context: StepContext, step: string): Promise<void> {
  const { plug, instance, attempt } = context;
  const level = instance.settings.level ?? null;
  const body = { plug: plug.name, step, level, format: plug.constraints.format ?? null };
  return told("setup", plug.name, step, async () => {
    if (manner === "put") {
      await call("PUT", nameOf(context, step), body);
      return;
    }
    const known: string | undefined = manner === "find" ? (await find(plug.name, step))[0] : plug.settings[step];
    const isThere = known !== undefined && (await call("PUT", `${known}?create=no`, body)).isFound;
    const headers: Record<string, string> = manner === "key" ? { "idempotency-key": attempt.key } : {};
    plug.settings[step] = isThere ? known : (await call("POST", "things", body, headers)).id;
  });
}

export function drop(context: StepContext, step: string): Promise<void> {
  const { plug } = context;
  return told("teardown", plug.name, step, async () => {
    const ids = manner === "find" ? await find(plug.name, step) : [plug.settings[step]];
    for (const id of manner === "put" ? [nameOf(context, step)] : ids) if (id) await call("DELETE", id);
  });
}

export async function look(context: PlugContext, step: string): Promise<Status> {
  const key = manner === "put" ? nameOf(context, step) : context.plug.settings[step];
  if (!key) return false;
  const { isFound, level } = await call("GET", key);
  return isFound && (level === (context.instance.settings.level ?? null) || `${step} has level ${level}`);
}
