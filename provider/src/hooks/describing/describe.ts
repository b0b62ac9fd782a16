// What the hook files of a project declare, as data: asked of a hook host once per content, then taken from a cache.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workFolder } from "../../base/work-folder";
import type { Diagnostic } from "../../diagnostic";
import type { HookDescription } from "../../model/hook";
import type { HookSources } from "./hook-sources";

/** What one hook file declares, or why that can't be known. */
export type Described = { hooks: HookDescription[] } | { problem: Diagnostic };

/** Seconds that a file may take to load. */
const LOAD_TIMEOUT = 20;

/** What the process that asks the hosts is told. */
export interface DescribeOrder {
  root: string;
  files: string[];
  timeout: number;
}

/** Changes with the shape of what is cached. */
const CACHE_VERSION = 2;
const CACHE_FILE = ".meshroom/cache/hooks.json";

type Cache = Record<string, { key: string; hooks: HookDescription[] }>;

/**
 * Describes hook files (paths relative to `root`). Runs the files' top level where the cache does not know their content, never a hook.
 * Synchronous, since a Pulumi program declares its resources synchronously. Problems are per file; it does not throw for them.
 */
export function describeHooks(
  root: string,
  files: Iterable<string>,
  sources: HookSources,
  timeout = LOAD_TIMEOUT,
): Map<string, Described> {
  const wanted = [...new Set(files)].sort();
  const cache = readCache(root);
  const described = new Map<string, Described>();
  const unknown: string[] = [];
  for (const file of wanted) {
    const known = cache[file];
    if (known?.key === keyOf(sources, file)) described.set(file, { hooks: known.hooks });
    else unknown.push(file);
  }
  if (unknown.length === 0) return described;
  for (const [file, result] of Object.entries(askHosts({ root, files: unknown, timeout }))) {
    described.set(file, result);
    if ("hooks" in result) cache[file] = { key: keyOf(sources, file), hooks: result.hooks };
  }
  writeCache(root, cache);
  return described;
}

function keyOf(sources: HookSources, file: string): string {
  const parts = Object.entries(sources.digests(file)).map(([path, digest]) => `${path}:${digest}`);
  return parts.sort().join(" ");
}

/** Hosts are asynchronous, so they are asked by a process of their own. */
function askHosts(order: DescribeOrder): Record<string, Described> {
  const child = spawnSync(process.execPath, [join(__dirname, "describe-process.js")], {
    input: JSON.stringify(order),
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.status === 0) return JSON.parse(child.stdout) as Record<string, Described>;
  throw child.error ?? new Error(`describing hooks ended with ${child.signal ?? `exit code ${child.status}`}`);
}

function readCache(root: string): Cache {
  try {
    const stored = JSON.parse(readFileSync(join(root, CACHE_FILE), "utf8")) as { version: number; hooks: Cache };
    return stored.version === CACHE_VERSION ? { ...stored.hooks } : {};
  } catch {
    return {};
  }
}

/** Without the files that are gone. A cache that can't be written costs time, not correctness. */
function writeCache(root: string, cache: Cache): void {
  const hooks = Object.fromEntries(Object.entries(cache).filter(([file]) => existsSync(join(root, file))));
  const path = join(root, CACHE_FILE);
  const temporary = `${path}.${process.pid}`;
  try {
    workFolder(root, "cache");
    writeFileSync(temporary, JSON.stringify({ version: CACHE_VERSION, hooks }));
    renameSync(temporary, path);
  } catch {
    // A read-only checkout.
  }
}
