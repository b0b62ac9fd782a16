#!/usr/bin/env node
// Starts the tenants of one environment: as a module (`startTenants`) or by hand (`node start.mjs lab`).
// @ts-check
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startFeed } from "./feed.mjs";
import { startFirewall } from "./firewall.mjs";
import { newKey } from "./http.mjs";
import { startSensor } from "./sensor.mjs";
import { startSiem } from "./siem.mjs";

/** By instance; `siem_syslog` is where the siem takes events in. The manifests and stacks name the same ports. */
export const defaultPorts = {
  lab: { edge: 18110, siem: 18120, siem_syslog: 18121, perimeter: 18130, intel: 18140 },
  prod: { edge: 19110, branch: 19111, siem: 19120, siem_syslog: 19121, perimeter: 19130, intel: 19140 },
};

/** @typedef {{ port: number, apiKey: string, ports: Record<string, number> }} Options */
/** @typedef {{ url: string, stop: () => Promise<void>, syslog?: { host: string, port: number } }} Tenant */
/** @type {ReadonlyMap<string, (options: Options) => Promise<Tenant>>} */
const starters = new Map([
  ["edge", (/** @type {Options} */ options) => startSensor({ ...options, name: "edge" })],
  ["branch", (options) => startSensor({ ...options, name: "branch" })],
  ["siem", (options) => startSiem({ ...options, syslogPort: options.ports.siem_syslog })],
  ["perimeter", startFirewall],
  ["intel", startFeed],
]);

/** The instances that an environment has. @param {"lab" | "prod"} environment */
export function instancesOf(environment) {
  return [...starters.keys()].filter((name) => name in defaultPorts[environment]);
}

/**
 * Starts all tenants, or none: where one can't start, those before it are stopped again.
 * @param {object} options
 * @param {"lab" | "prod"} options.environment
 * @param {Record<string, number> | 0} [options.ports] by instance; 0 (for one or for all): any free port
 * @param {Record<string, string>} [options.keys] API keys by instance; random where absent
 */
export async function startTenants({ environment, ports = {}, keys: given = {} }) {
  /** @type {Record<string, number>} */
  const chosen = ports === 0 ? {} : { ...defaultPorts[environment], ...ports };
  /** @type {Record<string, Tenant>} */
  const tenants = {};
  /** @type {Record<string, string>} */
  const keys = {};
  const stop = async () => void (await Promise.all(Object.values(tenants).map((tenant) => tenant.stop())));
  for (const [name, start] of starters) {
    if (!instancesOf(environment).includes(name)) continue;
    const apiKey = given[name] || newKey();
    keys[name] = apiKey;
    try {
      tenants[name] = await start({ port: chosen[name] ?? 0, apiKey, ports: chosen });
    } catch (error) {
      await stop();
      const { code, port } = /** @type {{ code?: string, port?: number }} */ (error);
      if (code !== "EADDRINUSE") throw error;
      throw new Error(`${name} cannot listen on 127.0.0.1:${port}: the port is in use`);
    }
  }
  const urls = Object.fromEntries(Object.entries(tenants).map(([name, tenant]) => [name, tenant.url]));
  return { environment, urls, syslog: tenants.siem?.syslog, keys, stop };
}

const usage = `usage: node start.mjs lab|prod [--ephemeral] [--keys FILE]

Starts the tenants of the environment, prints one line of JSON when all of them answer, ends on SIGTERM or SIGINT.
  --ephemeral   free ports instead of the environment's own
  --keys FILE   JSON of API keys by instance; those that are missing are made up and written to it (mode 600).
                Without it, a temporary file, which the line names and which is removed in the end.
A key in the environment wins: POCKET_SOC_KEY_EDGE, _BRANCH, _SIEM, _PERIMETER, _INTEL.`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ephemeral: { type: "boolean" }, keys: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  const [environment] = positionals;
  if (values.help) return console.log(usage);
  if (environment !== "lab" && environment !== "prod") throw new Error(usage);

  const folder = values.keys === undefined ? mkdtempSync(join(tmpdir(), "pocket-soc-")) : undefined;
  if (folder !== undefined) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = values.keys ?? join(String(folder), "keys.json");
  const keys = resolveKeys(instancesOf(environment), file);
  const tenants = await startTenants({ environment, ports: values.ephemeral ? 0 : {}, keys });
  // Nothing else keeps the process alive once the tenants have stopped.
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, tenants.stop);
  const { urls, syslog } = tenants;
  console.log(JSON.stringify({ environment, urls, syslog, keys: file }));
}

/** @param {string[]} instances @param {string} file @returns {Record<string, string>} */
function resolveKeys(instances, file) {
  const stored = readKeys(file);
  /** @type {Record<string, string>} */
  const keys = {};
  for (const name of instances) {
    const set = process.env[`POCKET_SOC_KEY_${name.toUpperCase()}`];
    stored[name] ??= set ? undefined : newKey();
    keys[name] = set || String(stored[name]);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

/** @param {string} file @returns {Record<string, string | undefined>} */
function readKeys(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return {};
    throw new Error(`${file} is not JSON that can be read`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
