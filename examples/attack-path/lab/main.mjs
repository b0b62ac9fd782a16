// `npm run lab`, `lab:pulumi`, `lab:attack`, `lab:down`: nine real products on this machine, in a network namespace.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { attack } from "./attack.mjs";
import { lab } from "./places.mjs";
import { addNamespace, inside, isUp, removeNamespace, startProduct } from "./processes.mjs";
import { prepare, products } from "./products.mjs";
import { install, lockFile, missing, obstacle, packagesOf, path, simulate } from "./programs.mjs";
import { environment, initStack, pulumi, run, stack } from "./pulumi.mjs";
import { until } from "./ready.mjs";

const usage = `usage: node lab/main.mjs COMMAND
  up [-y]           installs the products (asks before, unless -y), starts them; connects nothing
  pulumi ARGS       pulumi in the lab's network namespace: \`up\`, \`refresh\`, \`destroy\`
  run PROGRAM ARGS  any program in the namespace, such as \`meshroom watch alerts siem\`
  attack            sends an attack and follows it from product to product
  down              ends all processes, and the namespace
  env               prints the environment of \`pulumi\`, for your own shell`;

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

/** @param {boolean} isAgreed */
async function installMissing(isAgreed) {
  const programs = missing();
  if (programs.length === 0) return;
  const { debian, unpacked, python } = packagesOf(programs);
  say("The lab installs on this machine:");
  if (debian.length > 0) say(`  Debian: ${debian.join(" ")} (no service is started)`);
  if (unpacked.length > 0) say(`  Debian, unpacked into your cache only: ${unpacked.join(" ")}`);
  if (python.length > 0) say(`  PyPI, in a virtual environment in your cache: ${python.join(" ")}`);
  if (!isAgreed && !(await agree())) throw new Error("nothing was installed; `npm run lab -- -y` does not ask");
  if (alone("install", "inherit").status !== 0) throw new Error("not everything could be installed, as is said above");
}

async function agree() {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** @param {string[]} args */
async function up(args) {
  const why = obstacle();
  if (why) throw new Error(why);
  await installMissing(args.includes("-y"));
  if (isUp()) throw new Error("the lab is up; `npm run lab:down` ends it");
  rmSync(lab, { recursive: true, force: true });
  mkdirSync(lab, { mode: 0o755 });
  prepare();
  addNamespace();
  try {
    const started = performance.now();
    const [program = "", ...rest] = inside([process.execPath, import.meta.filename, "start"]);
    const { status } = spawnSync(program, rest, { stdio: "inherit", env: { ...process.env, PATH: path } });
    if (status !== 0) throw new Error("a product did not start; its folder in .lab has its log");
    say(`all products run, after ${((performance.now() - started) / 1000).toFixed(1)} s; nothing connects them yet`);
    await initStack();
  } catch (error) {
    await removeNamespace();
    throw error;
  }
  say("\nnext:  npm run lab:pulumi -- up");
  say("then:  npm run lab:attack");
  say("last:  npm run lab:pulumi -- destroy && npm run lab:down");
}

/** In the namespace: all at once, each with its own wait. */
async function start() {
  await Promise.all(
    products.map(async (product) => {
      const started = performance.now();
      const child = startProduct(product);
      await until(product.name, async () => {
        if (child.exitCode !== null) throw new Error(`${product.name} ended with exit code ${child.exitCode}`);
        return await product.isReady(join(lab, product.name));
      });
      say(`  ${product.name.padEnd(6)} ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }),
  );
}

async function down() {
  await removeNamespace();
  say(existsSync(lab) ? "all processes have ended, the namespace is gone; .lab is left to look at" : "there is no lab");
}

function mustBeUp() {
  if (!isUp()) throw new Error("the lab is not up: `npm run lab`");
}

/** @param {string[]} args */
async function runPulumi(args) {
  mustBeUp();
  const needsStack = /^(up|preview|refresh|destroy|cancel)$/.test(args[0] ?? "") && !args.includes("--stack");
  process.exitCode = (await pulumi([...args, ...(needsStack ? ["--stack", stack] : [])])).code;
}

/** @param {string[]} args */
async function runProgram(args) {
  mustBeUp();
  process.exitCode = (await run(args)).code;
}

/** @param {string[]} args */
function runAttack(args) {
  mustBeUp();
  const [program = "", ...rest] = inside([process.execPath, import.meta.filename, "send", ...args]);
  process.exitCode = spawnSync(program, rest, { stdio: "inherit", env: { ...process.env, PATH: path } }).status ?? 1;
}

function printEnvironment() {
  const own = Object.entries(environment()).filter(([name]) => /^(PULUMI_|PATH$)/.test(name));
  for (const [name, value] of own) say(`export ${name}='${String(value).replaceAll("'", "'\\''")}'`);
  say(`# then: ${inside(["pulumi", "up", "--stack", stack]).join(" ")}`);
}

/**
 * A command of this file, while no other lab installs anything.
 * @param {string} name
 * @param {"inherit" | "pipe"} stdio
 */
function alone(name, stdio) {
  return spawnSync("flock", [lockFile(), process.execPath, import.meta.filename, name], { stdio, encoding: "utf8" });
}

/** What is missing still: two labs may have waited for each other. */
function installNow() {
  install(missing(), say);
}

/** Whether the lab can be here, for the tests. */
function check() {
  say(JSON.stringify({ obstacle: obstacle() ?? archivesObstacle(), missing: missing() }));
}

function archivesObstacle() {
  if (missing().length === 0) return undefined;
  const { status, stderr } = alone("simulate", "pipe");
  if (status === 0) return undefined;
  const reasons = stderr.match(/^E: .*$/gm) ?? [stderr.trim()];
  return `the products' packages cannot be had here: ${reasons.join("; ")}`;
}

/** @type {Record<string, (args: string[]) => void | Promise<void>>} */
const commands = {
  up,
  start,
  pulumi: runPulumi,
  run: runProgram,
  attack: runAttack,
  send: attack,
  down,
  env: printEnvironment,
  install: installNow,
  simulate: () => simulate(missing()),
  check,
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (command) await command(args);
  else {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
  }
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
