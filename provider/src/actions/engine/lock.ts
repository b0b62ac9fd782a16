// Who holds a stack's lock, and whether that run has ended: an engine that is killed leaves its lock behind.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** A run that holds a lock, as the engine names it. */
export interface LockHolder {
  user: string;
  host: string;
  pid: number;
  /** Time of the lock, ISO 8601. */
  since: string;
}

/** Is this what the engine says when another run is at work on the stack? */
export function isLockFailure(text: string): boolean {
  return /currently locked by|Another update is currently in progress/i.test(text);
}

/** The engine says, sometimes twice: `FILE: created by user@host (pid 12) at TIME`. None for backends that name nobody. */
export function readHolders(text: string): LockHolder[] {
  const found = [...text.matchAll(/^\s*(\S.*?): created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/gm)];
  return [
    ...new Map(
      found.map(([, lock, user = "", host = "", pid, since = ""]) => [lock, { user, host, pid: Number(pid), since }]),
    ).values(),
  ];
}

export function describeHolder({ user, host, pid, since }: LockHolder): string {
  return `${user}@${host} (process ${pid}) since ${since}`;
}

/** `ended` and `alive` are known of this machine's processes only. */
export function stateOfHolder({ host, pid, since }: LockHolder): "ended" | "alive" | "unknown" {
  // Machines that have never been given a name share this one.
  if (host !== hostname() || /^localhost\b/.test(host)) return "unknown";
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "ended";
  }
  const seen = lookAt(pid);
  if (!seen) return "alive";
  return seen.isZombie || seen.started > Date.parse(since) + CLOCK_STEP_MS ? "ended" : "alive";
}

/** The kernel counts starts in ticks, and the clock may have been set since. */
const CLOCK_STEP_MS = 2_000;
const TICKS_PER_SECOND = 100;

/**
 * Known on Linux. A zombie has ended, and in a container often nobody takes note. A process may have started after the lock was made: it got
 * the number of the one that made it. `started` in ms since 1970.
 */
function lookAt(pid: number): { isZombie: boolean; started: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "latin1"))?.[1]);
    return { isZombie: fields[0] === "Z", started: (boot + Number(fields[19]) / TICKS_PER_SECOND) * 1000 };
  } catch {
    return undefined;
  }
}
