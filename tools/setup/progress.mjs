// Tells a person that a long step is alive: a spinner on a terminal, a line every 30 s elsewhere.

const frames = "|/-\\";
const terminalMs = 200;
const plainMs = 30_000;

/**
 * @typedef {(say: (status: string) => void) => Promise<T>} Work
 * @template T
 */

/**
 * @typedef {object} Progress
 * @property {(line: string) => void} log
 * @property {<T>(title: string, work: Work<T>) => Promise<T>} step runs the work and shows the title, the last status
 * that it said, and the time
 */

/**
 * Writes to standard error: standard output is the script's.
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
export function createProgress(stream = process.stderr) {
  const log = (/** @type {string} */ line) => void stream.write(`setup: ${line}\n`);
  return { log, step: (title, work) => (stream.isTTY ? spin(stream, title, work) : tell(log, title, work)) };
}

/** Nothing is shown. @type {Progress} */
export const silent = { log: () => {}, step: (_title, work) => work(() => {}) };

/**
 * @template T
 * @param {NodeJS.WriteStream} stream
 * @param {string} title
 * @param {Work<T>} work
 */
async function spin(stream, title, work) {
  const start = Date.now();
  let status = "";
  let turn = 0;
  const draw = () => {
    const line = `${frames[turn++ % frames.length]} ${describe(title, status, start)}`;
    stream.write(`\r${line.slice(0, (stream.columns || 80) - 1)}\x1b[K`);
  };
  const timer = setInterval(draw, terminalMs);
  draw();
  try {
    const result = await work((text) => {
      status = text;
    });
    stream.write(`\rsetup: ${title}: done in ${elapsed(start)}\x1b[K\n`);
    return result;
  } catch (error) {
    stream.write("\r\x1b[K");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/**
 * @template T
 * @param {Progress["log"]} log
 * @param {string} title
 * @param {Work<T>} work
 */
async function tell(log, title, work) {
  const start = Date.now();
  let status = "";
  log(`${title} ...`);
  const timer = setInterval(() => log(describe(title, status, start)), plainMs);
  try {
    const result = await work((text) => {
      status = text;
    });
    log(`${title}: done in ${elapsed(start)}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/**
 * @param {string} title
 * @param {string} status
 * @param {number} start
 */
function describe(title, status, start) {
  return `${title}: ${status ? `${status}, ` : ""}${elapsed(start)}`;
}

/**
 * Minutes and seconds since then, as 1:05.
 * @param {number} start
 */
function elapsed(start) {
  const seconds = Math.round((Date.now() - start) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
