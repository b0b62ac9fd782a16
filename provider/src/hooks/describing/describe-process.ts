// Run as a process: reads a `DescribeOrder` on stdin, has hook hosts load the files, writes what they declare to stdout.
import { readFileSync } from "node:fs";
import { HookFailure, type HostAnswer } from "../hosts/host-job";
import { HostPool } from "../hosts/host-pool";
import type { Described, DescribeOrder } from "./describe";

async function describeOne(pool: HostPool, { root, timeout }: DescribeOrder, file: string): Promise<Described> {
  try {
    const answer: HostAnswer = await pool.run({
      request: { type: "describe", root, file },
      title: file,
      timeout,
      onLine: (_, line) => process.stderr.write(`${line}\n`),
    });
    return answer as { hooks: never[] };
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error;
    // The same for every file: reported once.
    if (error.rule === "host") {
      return { problem: { code: "HOOK_HOST", severity: "error", summary: error.message, remedy: error.remedy } };
    }
    const what = error.rule === "load" ? "does not load" : "does not load: its top level";
    return {
      problem: {
        code: "HOOK_LOAD",
        severity: "error",
        summary: `hook file ${what}${error.rule === "load" ? ":" : ""} ${error.message.trim().replace(/\s*\n\s*/g, " ")}`,
        remedy:
          error.remedy ??
          `correct ${error.at?.file ?? file}; its top level only declares hooks, work belongs inside them`,
        at: error.at ?? { file, line: 1, column: 1 },
      },
    };
  }
}

async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(0, "utf8")) as DescribeOrder;
  const pool = new HostPool(order.root, { describesOnly: true });
  const described = await Promise.all(
    order.files.map(async (file) => [file, await describeOne(pool, order, file)] as const),
  );
  pool.close();
  process.stdout.write(JSON.stringify(Object.fromEntries(described)));
}

void main();
