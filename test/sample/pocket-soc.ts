// The tenants of the sample mesh for a test: the real command, as a process of its own, on free ports.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { waitFor } from "../patience";

const launcher = join(__dirname, "../../meshroom-project/tenants/start.mjs");

export interface PocketSoc {
  urls: Record<string, string>;
  syslog: { host: string; port: number };
  keys: Record<string, string>;
  /** All that the launcher has printed so far, on both streams. */
  printed(): string;
  /** Ends the tenants and gives the exit code. */
  stop(): Promise<number | null>;
}

export async function startPocketSoc(environment: "lab" | "prod" = "lab"): Promise<PocketSoc> {
  const instances = ["edge", "branch", "siem", "perimeter", "intel"];
  const keys = Object.fromEntries(instances.map((name) => [name, randomBytes(16).toString("hex")]));
  const variables = Object.entries(keys).map(([name, key]) => [`POCKET_SOC_KEY_${name.toUpperCase()}`, key]);
  const child = spawn(process.execPath, [launcher, environment, "--ephemeral"], {
    env: { ...process.env, ...Object.fromEntries(variables) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(String(chunk)));
  const printed = () => chunks.join("");
  const ready = JSON.parse(await firstLine(child, printed)) as Pick<PocketSoc, "urls" | "syslog">;
  return { ...ready, keys, printed, stop: () => end(child) };
}

async function firstLine(child: ChildProcess, printed: () => string): Promise<string> {
  if (!child.stdout) throw new Error("the launcher has no output");
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(() => [undefined])]);
  if (typeof line === "string") return line;
  throw new Error(`the tenants did not start: ${printed()}`);
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  return (await exit)[0];
}

/** Asks again until the answer is as wanted: for what a tenant does after it has answered. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  let answer: T | undefined;
  const isThere = async () => {
    answer = await ask();
    return isWanted(answer);
  };
  await waitFor("the wanted answer", isThere, () => `the last one was ${JSON.stringify(answer)}`);
  return answer as T;
}
