// Reads what hook files in Python declare, by Python's own parser in a process that runs nothing of the project.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HookDescription } from "../../model/hook";
import { barestEnvironment } from "../hosts/host-environment";
import { HookFailure } from "../hosts/host-job";
import { findPythonReader } from "../hosts/python-interpreter";
import { type Computed, type Reading, unreadable } from "./reading";

const READER = join(__dirname, "..", "..", "..", "python", "read_hooks.py");

type Answer =
  | { hooks: HookDescription[]; computed: Computed[] }
  | { syntax: { line: number; column: number; message: string } };

/** All of `files` (relative to `root`) by one process. Without an interpreter, or with one that is too old, all that they declare is computed. */
export function readPython(root: string, files: readonly string[], products: readonly string[]): Map<string, Reading> {
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const answers = ask(root, { products, files: texts });
  const readings = files.map((file): [string, Reading] => {
    const answer = typeof answers === "string" ? undefined : answers[file];
    if (!answer) return [file, nothingRead(file, answers as string)];
    if (!("syntax" in answer)) return [file, answer];
    const { line, column, message } = answer.syntax;
    return [file, unreadable({ file, line, column }, message)];
  });
  return new Map(readings);
}

/** The answers, or why there are none. */
function ask(root: string, order: { products: readonly string[]; files: Record<string, string> }) {
  let python: string | undefined;
  try {
    python = findPythonReader(root);
  } catch (error) {
    if (!(error instanceof HookFailure)) throw error;
    return error.message;
  }
  if (!python) return "there is no Python that could read it";
  // Isolated: neither the environment's, nor the user's, nor any site's modules, nor the current folder.
  const { status, stdout, stderr, error } = spawnSync(python, ["-I", "-S", "-B", "-X", "utf8", READER], {
    input: JSON.stringify(order),
    cwd: dirname(READER),
    env: barestEnvironment(process.env),
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  if (status === 0) return JSON.parse(stdout) as Record<string, Answer>;
  return `${python} could not read it: ${error?.message ?? stderr.trim().split("\n").at(-1)}`;
}

function nothingRead(file: string, why: string): Reading {
  return { hooks: [], computed: [{ at: { file, line: 1, column: 1 }, what: `all that it declares: ${why}` }] };
}
