// What the hook files of a project declare, as data: read from their text; where that does not tell, and hooks are run anyway, asked of a hook host.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../../base/visible";
import type { Diagnostic } from "../../diagnostic";
import type { HookDescription } from "../../model/hook";
import { textFault } from "../../model/setting-text";
import { barestEnvironment } from "../hosts/host-environment";
import { DescriptionCache } from "./description-cache";
import { type HookSources, hookLanguage } from "./hook-sources";
import { readPython } from "./read-python";
import { readTypeScript } from "./read-typescript";
import { type Computed, type Reading, unreadable } from "./reading";

/** What one hook file declares, or why that can't be known. `computed`: what only running it would tell, where that was not allowed. */
export type Described = { hooks: HookDescription[]; computed?: readonly Computed[] } | { problem: Diagnostic };

export interface DescribeOptions {
  /**
   * `run`: files whose text does not tell are loaded in a hook host, which runs their top level. Only for what runs hooks anyway, or is about
   * to. `leave` (the default): nothing of the project is run.
   */
  computed?: "run" | "leave";
  /** Seconds that a file may take to load. */
  timeout?: number;
}

/** Seconds. */
const LOAD_TIMEOUT = 20;

/** What the process that asks the hosts is told. */
export interface DescribeOrder {
  root: string;
  files: string[];
  timeout: number;
}

/**
 * Describes hook files (paths relative to `root`). Never runs a hook. Synchronous, since a Pulumi program declares its resources
 * synchronously. Problems are per file; it does not throw for them.
 */
export function describeHooks(
  root: string,
  files: Iterable<string>,
  sources: HookSources,
  { computed = "leave", timeout = LOAD_TIMEOUT }: DescribeOptions = {},
): Map<string, Described> {
  const wanted = [...new Set(files)].sort();
  const cache = DescriptionCache.open(root);
  const readings = readAll(root, wanted, sources, cache);
  if (computed === "run") runComputed({ root, files: wanted, timeout }, readings, sources, cache);
  cache.save();
  return new Map([...readings].map(([file, reading]) => [file, refuseTitles(file, reading)]));
}

/** A title is shown in plans and stands before each line of its hook. */
function refuseTitles(file: string, described: Described): Described {
  const wrong = "hooks" in described ? described.hooks.find(({ title }) => titleFault(title) !== undefined) : undefined;
  if (!wrong) return described;
  return {
    problem: {
      code: "HOOK_LOAD",
      severity: "error",
      summary: `the title of the ${wrong.kind} hook ${visible(wrong.export)} ${titleFault(wrong.title)}`,
      remedy: "write a title of one line, without control characters",
      at: { file, line: 1, column: 1 },
    },
  };
}

function titleFault(title: string): string | undefined {
  return /[\n\r]/.test(title) ? "has several lines" : textFault(title);
}

/** `project.hookFiles` that could not be read whole, as warnings: what is shown of them is not all. */
export function computedWarnings(described: ReadonlyMap<string, Described>): Diagnostic[] {
  return [...described.values()].flatMap((each) => {
    const [first, ...more] = "hooks" in each ? (each.computed ?? []) : [];
    if (!first) return [];
    const others = more.length > 0 ? `, and ${more.length} more such ${more.length === 1 ? "place" : "places"}` : "";
    return {
      code: "HOOK_COMPUTED",
      severity: "warning",
      summary: `${first.what} is computed, which is told by running the file alone${others}; nothing was run`,
      remedy:
        "write it as a literal, and let the top level do nothing but declare; or `meshroom validate --hooks`, which loads the file",
      at: first.at,
    } as const;
  });
}

function readAll(
  root: string,
  files: readonly string[],
  sources: HookSources,
  cache: DescriptionCache,
): Map<string, Described> {
  const readings = new Map<string, Reading>();
  const inPython: string[] = [];
  for (const file of files) {
    const known = cache.reading(file, sources);
    if (known) readings.set(file, known);
    else if (!sources.has(file)) readings.set(file, unreadable({ file, line: 1, column: 1 }, "it can't be read"));
    else if (hookLanguage(file) === "python") inPython.push(file);
    else readings.set(file, readTypeScript(file, readFileSync(join(root, file), "utf8")));
  }
  if (inPython.length > 0) {
    for (const [file, reading] of readPython(root, inPython, productNames(root))) readings.set(file, reading);
  }
  for (const [file, reading] of readings) cache.keepReading(file, sources, reading);
  return new Map([...readings].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function productNames(root: string): string[] {
  try {
    return readdirSync(join(root, "products"));
  } catch {
    return [];
  }
}

/** Puts what a host says in the place of what could not be read. */
function runComputed(
  order: DescribeOrder,
  described: Map<string, Described>,
  sources: HookSources,
  cache: DescriptionCache,
): void {
  const files = order.files.filter((file) => {
    const known = described.get(file);
    return known && ("problem" in known || (known.computed?.length ?? 0) > 0);
  });
  const unknown = files.filter((file) => {
    const hooks = cache.ran(file, sources);
    if (hooks) described.set(file, { hooks });
    return !hooks;
  });
  if (unknown.length === 0) return;
  for (const [file, result] of Object.entries(askHosts({ ...order, files: unknown }))) {
    described.set(file, result);
    if ("hooks" in result) cache.keepRun(file, sources, result.hooks);
  }
}

/** Hosts are asynchronous, so they are asked by a process of their own; it and its hosts have no credentials to give away. */
function askHosts(order: DescribeOrder): Record<string, Described> {
  const child = spawnSync(process.execPath, [join(__dirname, "describe-process.js")], {
    input: JSON.stringify(order),
    encoding: "utf8",
    env: barestEnvironment(process.env),
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.status === 0) return JSON.parse(child.stdout) as Record<string, Described>;
  throw child.error ?? new Error(`describing hooks ended with ${child.signal ?? `exit code ${child.status}`}`);
}
