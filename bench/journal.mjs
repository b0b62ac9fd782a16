// `node bench/journal.mjs [FOLDER]`: what the journal of 500 plugs of three steps costs, 16 at once, against SQLite; the disk is FOLDER's.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const require = createRequire(import.meta.url);
const { Journal, readJournal } = require("../provider/dist/journal/journal.js");
const { makeSeal } = require("../provider/dist/journal/seal.js");

const PLUGS = 500;
const AT_ONCE = 16;
const ROUNDS = 3;
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), "journal-bench-"));
const seal = makeSeal(Buffer.alloc(32, 1));
const inputs = { inputs: "x".repeat(700), state: {}, __done: 0, __touched: [] };

/** @param {(plug: number) => Promise<void>} one */
async function measure(one) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let next = 0;
  const work = async () => {
    for (let plug = next++; plug < PLUGS; plug = next++) await one(plug);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const used = process.cpuUsage(cpu);
  return `${Math.round(performance.now() - start)} ms, ${Math.round((used.user + used.system) / 1000)} ms of CPU time`;
}

/** @param {number} round */
async function ours(round) {
  const file = join(folder, `${round}.journal`);
  const journal = await Journal.open({ file, seal });
  const result = await measure(async (plug) => {
    const of = { urn: `urn:${plug}`, id: "plug" };
    await journal.begin({ ...of, kind: "create", attempt: "a", base: "b", want: "w", tornDown: 0, properties: inputs });
    for (const step of [0, 1, 2]) {
      journal.step(of, step, "source", 300);
      journal.stored(of, { state: { step } });
      journal.done(of, step);
    }
    journal.end(of, inputs);
  });
  const start = performance.now();
  readJournal(file, seal);
  console.log(`journal: ${result}; read again in ${Math.round(performance.now() - start)} ms`);
  journal.close(false);
  return readFileSync(file).length;
}

/** @param {number} round @param {"NORMAL" | "FULL"} safety */
async function sqlite(round, safety) {
  const database = new DatabaseSync(join(folder, `${round}-${safety}.db`));
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${safety}; CREATE TABLE record (text TEXT)`);
  const insert = database.prepare("INSERT INTO record VALUES (?)");
  const sealed = seal.close(inputs);
  const result = await measure(async (plug) => {
    for (let record = 0; record < 11; record++) {
      insert.run(record % 10 === 0 ? sealed : `step ${plug}`);
      await new Promise(setImmediate);
    }
  });
  console.log(`SQLite, synchronous = ${safety}: ${result}`);
  database.close();
}

for (let round = 1; round <= ROUNDS; round++) {
  await ours(round);
  await sqlite(round, "NORMAL");
  await sqlite(round, "FULL");
}
rmSync(folder, { recursive: true });
