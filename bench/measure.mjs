// Runs commands and says how long they took and how much memory they and their children held at most.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Wall time in seconds and, on Linux, the peak of the summed resident memory of the process and its descendants in MiB (sampled every 50 ms;
 * shared pages count in each process). Rejects with the output when the command fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ seconds: number, peakMiB: number, stdout: string }>}
 */
export function measure(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    let peakMiB = 0;
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const sampling = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB(child.pid))), 50);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(sampling);
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ seconds, peakMiB, stdout });
      else reject(new Error(`${command} ${args.join(" ")} ended with exit code ${code}:\n${stdout}${stderr}`));
    });
  });
}

/** @param {number | undefined} root */
function residentMiB(root) {
  if (process.platform !== "linux" || root === undefined) return 0;
  const parents = new Map();
  const resident = new Map();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const status = readFileSync(`/proc/${entry}/status`, "utf8");
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      resident.set(Number(entry), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended meanwhile.
    }
  }
  const belongs = (/** @type {number} */ pid) => {
    for (let each = pid; each > 1; each = parents.get(each)) if (each === root) return true;
    return false;
  };
  const total = [...resident].filter(([pid]) => belongs(pid)).reduce((sum, [, kib]) => sum + kib, 0);
  return total / 1024;
}

/** NaN where there are no values. @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
