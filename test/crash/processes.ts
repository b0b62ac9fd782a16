// Processes of a run under test, found by a mark in their environment, never by name. Linux only: `/proc`.
import { readdirSync, readFileSync } from "node:fs";

/** A variable that every process of a run inherits from the command. */
export const MARK = "CRASH_MARK";

export type Part = "engine" | "provider" | "host" | "program" | "launcher" | "command" | "other";

export interface RunningProcess {
  pid: number;
  part: Part;
  argv: readonly string[];
}

/** All living processes whose environment holds the mark. */
export function processesOf(mark: string): RunningProcess[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (inspect(Number(name), mark) ?? []) : []));
}

function inspect(pid: number, mark: string): RunningProcess | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
    if (!environment.includes(`${MARK}=${mark}`)) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const isZombie = stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
    const argv = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").filter(Boolean);
    return isZombie || argv.length === 0 ? undefined : { pid, argv, part: partOf(argv) };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function partOf(argv: readonly string[]): Part {
  const text = argv.join(" ");
  const program = argv[0]?.split("/").pop() ?? "";
  if (program === "pulumi") return "engine";
  if (text.includes("dynamic-provider")) return "provider";
  if (/typescript-host|bridge\.py/.test(text)) return "host";
  if (program === "pulumi-language-nodejs" || text.includes("cmd/run")) return "program";
  if (text.includes("pulumi-resource-pulumi-nodejs")) return "launcher";
  return text.includes("meshroom") ? "command" : "other";
}

/** False for a process that has ended by itself. */
export function end(pid: number, signal: NodeJS.Signals = "SIGKILL"): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
