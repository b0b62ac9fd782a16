// Whether a product answers: one question each, in the product's own language.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism, loadavg } from "node:os";

/**
 * @param {string} url
 * @param {number} status
 */
export async function answers(url, status) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === status;
}

/**
 * @param {string} file
 * @param {RegExp} text
 */
export async function logHas(file, text) {
  try {
    return text.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
export function runs(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore" });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

/**
 * @param {number} port
 * @param {string} question
 * @param {string} answer
 * @returns {Promise<boolean>}
 */
export function says(port, question, answer) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(question));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (data) => {
      resolve(data.includes(answer));
      socket.end();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(false));
  });
}

/** How many times longer than on an idle machine things may take: processes that want to run for each processor. */
export function slowness() {
  const [running = 0] = loadavg();
  return Math.max(1, running / availableParallelism());
}

/**
 * Waits for what takes a fraction of the time that is given on an idle machine.
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} check
 * @param {number} [seconds] on an idle machine
 */
export async function until(what, check, seconds = 30) {
  const start = performance.now();
  while (!(await check())) {
    const waited = (performance.now() - start) / 1000;
    if (waited > seconds * slowness()) throw new Error(`${what}: not within ${Math.round(waited)} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
