// `npm run demo`: the whole life of a mesh on this machine, with the real Pulumi and real tenants, checked at each step.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { catchInterrupts, Interrupted } from "../setup/errors.mjs";
import { withLock } from "../setup/lock.mjs";
import { root } from "../setup/places.mjs";
import { actsOf } from "./acts/all.mjs";
import { waitForEnter } from "./acts/look-around.mjs";
import { Failure } from "./failure.mjs";
import { lockName, prepareFolder } from "./folder.mjs";
import * as screen from "./screen.mjs";
import { Stage } from "./stage.mjs";

const usage = `usage: npm run demo -- [--stay] [--ephemeral] [--folder DIR]

Connects two small SOCs (lab and prod) on this machine, lets events flow, breaks and repairs, and tears all down again.
  --stay        wait for Enter before tearing down, to try things by hand; after a failed check as well
  --ephemeral   free ports instead of the stacks' own (which are left alone when they are in use, too)
  --folder DIR  for the state, keys and config of the demo, emptied first (default: .demo)`;

/** @typedef {[title: string, time: string]} Row */

/**
 * @param {Stage} stage
 * @returns {Promise<Row[]>}
 */
async function play(stage) {
  /** @type {Row[]} */
  const rows = [];
  const acts = actsOf(stage.options);
  for (const [index, { title, run }] of acts.entries()) {
    stage.options.signal.throwIfAborted();
    screen.heading(`${index + 1}/${acts.length}  ${title}`);
    const start = performance.now();
    await run(stage);
    rows.push([`${String(index + 1).padStart(2)}  ${title}`, screen.seconds(start)]);
  }
  return rows;
}

/**
 * Tears down what an act that failed has left, while its tenants still run.
 * @param {Stage} stage
 */
async function cleanUp(stage) {
  const { pulumi } = stage;
  for (const stack of [...pulumi.stacks]) {
    screen.heading(`Clean up: destroy what is left of ${stack}`);
    const soc = stack === "lab" ? stage.lab : stage.prod;
    await pulumi.destroy(stack, stack === "prod" ? soc.secretVariables() : {});
  }
}

/**
 * @param {Stage} stage
 * @param {Failure} failure
 * @param {AbortSignal} signal
 */
async function explain({ socs, folder, options }, { message, look }, signal) {
  screen.failed(message);
  screen.say(`look at: ${look}`);
  const reports = await Promise.all(socs.map((soc) => soc.report()));
  for (const line of reports.flat()) screen.say(`  ${line}`);
  if (!options.stay) return;
  screen.say("\nAll is left as it is until you press Enter.");
  await waitForEnter(folder, signal);
}

/**
 * Says what went wrong and tears down what there is.
 * @param {Stage} stage
 * @param {unknown} error
 * @returns {Promise<number>} the exit code
 */
async function giveUp(stage, error) {
  const { signal, stop } = catchInterrupts();
  stage.pulumi.signal = signal;
  try {
    if (error instanceof Failure) await explain(stage, error, signal).catch(() => signal.throwIfAborted());
    else if (error instanceof Interrupted) screen.failed(error.message);
    await cleanUp(stage);
    screen.say(`\nnothing is left running; what Pulumi wrote is in ${stage.folder.shown}`);
  } catch (second) {
    if (!(second instanceof Failure || second instanceof Interrupted)) throw second;
    screen.failed(second.message);
    screen.say("the tenants keep all in memory and end now; only state is left, which the next run begins without");
  } finally {
    stop();
  }
  if (!(error instanceof Failure || error instanceof Interrupted)) throw error;
  return error instanceof Interrupted ? error.exitCode : 1;
}

/**
 * @param {Row[]} rows
 * @param {Stage} stage
 * @param {number} start
 */
function summarise(rows, { folder }, start) {
  screen.heading("All checks passed");
  screen.columns([...rows, ["    in all", screen.seconds(start)]], { isRightAligned: true });
  screen.say("\nWhere to look");
  screen.columns([
    [`${folder.shown}/Pulumi.lab.yaml`, "the stack's settings, and its keys, encrypted"],
    [`${folder.shown}/state/.pulumi/history/`, "what each pulumi command did"],
    ["meshroom-project/", "the mesh: products, hooks, instances, plugs"],
    ["stacks/index.ts", "the Pulumi program"],
  ]);
  screen.say("\nWhat to try next");
  screen.columns([
    ["npm run demo -- --stay", "waits before the end: pulumi and curl by hand, while all is up"],
    ["edit stacks/Pulumi.lab.yaml", "min_severity: 10, and run the demo again: a check fails and says where to look"],
    ["meshroom-project/README.md", "how the plugs work and which hook does what"],
  ]);
}

/**
 * @param {import("./stage.mjs").Options} options
 * @returns {Promise<number>} the exit code
 */
async function demonstrate(options) {
  const start = performance.now();
  const { folder } = options;
  const stage = new Stage(options);
  screen.say(`\nTwo small SOCs on this machine, connected by Pulumi. Nothing is mocked: servers with admin APIs, syslog over TCP.
Commands run in ${folder.shown}, a Pulumi project for this demo that runs the program in stacks/.`);
  try {
    screen.say(`Pulumi ${await stage.pulumi.version()}, Node ${process.version}`);
    summarise(await play(stage), stage, start);
    return 0;
  } catch (error) {
    return await giveUp(stage, error);
  } finally {
    await stage.stop();
  }
}

async function main() {
  const { values } = parseArgs({
    options: {
      stay: { type: "boolean", default: false },
      ephemeral: { type: "boolean", default: false },
      folder: { type: "string", default: join(root, ".demo") },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(usage);
  const wanted = resolve(values.folder);
  mkdirSync(wanted, { recursive: true });
  const { signal, stop } = catchInterrupts();
  const onWait = () => screen.say("another demo is at work in this folder: waiting for it");
  try {
    process.exitCode = await withLock(
      join(wanted, lockName),
      () => demonstrate({ ...values, folder: prepareFolder(wanted), signal }),
      { onWait, signal },
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = error.exitCode;
  } finally {
    stop();
  }
}

await main();
