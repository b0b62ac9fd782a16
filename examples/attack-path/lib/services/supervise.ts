// `node supervise.ts FOLDER`: keeps the program of service.json running until it is told to end.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processMark } from "../processes.ts";

const longestPause = 5_000; // milliseconds between a crash and the next start
const steady = 10_000; // milliseconds after which a crash counts as the first again

const folder = process.argv[2] ?? "";
const { command } = JSON.parse(readFileSync(join(folder, "service.json"), "utf8")) as { command: string[] };
const [program = "", ...args] = command.map((part) => (part.startsWith("@") ? join(folder, part.slice(1)) : part));

let child: ChildProcess | undefined;
let ending = false;
let pause = 100;
let timer: NodeJS.Timeout | undefined;

function start(): void {
  const started = Date.now();
  const now = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: folder });
  child = now;
  if (now.pid) writeFileSync(join(folder, "child.pid"), processMark(now.pid) ?? "");
  let over = false;
  const next = (why: string) => {
    if (over) return;
    over = true;
    child = undefined;
    if (ending) return finish();
    if (Date.now() - started > steady) pause = 100;
    console.error(`${new Date().toISOString()} ${program} ended (${why}): starts again in ${pause} ms`);
    timer = setTimeout(start, pause);
    pause = Math.min(pause * 2, longestPause);
  };
  now.on("error", (error) => next(error.message));
  now.on("exit", (code, signal) => next(String(signal ?? code)));
}

function finish(): void {
  for (const name of ["child.pid", "supervisor.pid"]) rmSync(join(folder, name), { force: true });
  process.exit(0);
}

function end(): void {
  if (ending) return;
  ending = true;
  clearTimeout(timer);
  if (!child) {
    finish();
    return;
  }
  child.kill("SIGTERM");
  setTimeout(() => child?.kill("SIGKILL"), 4_000);
}

for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, end);
writeFileSync(join(folder, "supervisor.pid"), processMark(process.pid) ?? "");
start();
