// Sends an attack and follows it: what each product made of it, and how long after the request.
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { lab } from "./places.mjs";
import { secrets } from "./products.mjs";
import { runs, slowness, until } from "./ready.mjs";

const waf = "http://127.0.0.1:18081/";
const injection = `${waf}?id=${encodeURIComponent("1' OR '1'='1' -- -")}`;
const firewallTable = "mesh_block_ip_pull_xdr_firewall";
const collection = "http://127.0.0.1:15000/threats/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/";

/**
 * The status code, or 0 where no packet comes back.
 * @param {string} from the address of the sender
 * @param {{ url?: string, within?: number }} [options] within: milliseconds on an idle machine
 * @returns {Promise<number>}
 */
function get(from, { url = waf, within = 10_000 } = {}) {
  return new Promise((resolve) => {
    const timeout = within * slowness();
    const sent = request(url, { localAddress: from, timeout, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(0));
    sent.end();
  });
}

/** @param {string} from */
const inject = (from) => get(from, { url: injection });

/**
 * @param {string} program
 * @param {string[]} args
 */
async function output(program, ...args) {
  const ran = await promisify(execFile)(program, args, { encoding: "utf8" }).catch(() => undefined);
  return ran?.stdout ?? "";
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const cscli = ["-c", join(lab, "xdr/config.yaml")];

/** Where an address can be seen. @type {Record<string, (ip: string) => boolean | Promise<boolean>>} */
const traces = {
  siem: (ip) =>
    readdirSync(join(lab, "siem"))
      .filter((name) => name.endsWith(".jsonl"))
      .some((name) => read(join(lab, "siem", name)).includes(`\\"${ip}\\"`)),
  ids: (ip) => read(join(lab, "ids/log/eve.json")).includes(`"src_ip":"${ip}"`),
  xdr: async (ip) => (await output("cscli", ...cscli, "decisions", "list", "-o", "json")).includes(`"${ip}"`),
  firewall: (ip) => hasAddress(firewallTable, ip),
  pager: async (ip) => (await (await fetch("http://127.0.0.1:19093/api/v2/alerts")).text()).includes(`"${ip}"`),
  jail: (ip) => hasAddress("mesh_block_ip_pager_jail", ip),
};

/** @param {string} table @param {string} ip */
async function hasAddress(table, ip) {
  const rules = (await output("nft", "list", "ruleset")).split(/^table /m);
  return rules.some((text) => text.includes(table) && new RegExp(`\\b${ip.replaceAll(".", "\\.")}\\b`).test(text));
}

/** Adds an indicator at the TIP. @param {string} pattern */
async function publish(pattern) {
  const now = new Date().toISOString();
  const id = `indicator--${randomUUID()}`;
  const dates = { created: now, modified: now, valid_from: now };
  const indicator = { type: "indicator", spec_version: "2.1", id, pattern, pattern_type: "stix", ...dates };
  const type = "application/taxii+json;version=2.1";
  const credentials = Buffer.from(`mesh:${secrets().tip.PASSWORD}`).toString("base64");
  const headers = { accept: type, "content-type": type, authorization: `Basic ${credentials}` };
  const response = await fetch(collection, { method: "POST", headers, body: JSON.stringify({ objects: [indicator] }) });
  if (!response.ok) throw new Error(`the TIP takes no indicator: HTTP ${response.status}`);
}

/**
 * Whether the antivirus finds something.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
function scan(text) {
  const data = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return new Promise((resolve, reject) => {
    const socket = connect(13310, "127.0.0.1", () =>
      socket.write(Buffer.concat([Buffer.from("zINSTREAM\0"), length, data, Buffer.alloc(4)])),
    );
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer.includes("FOUND")));
  });
}

/** The hops of the attack, in the order in which it gets there. */
const hops = [
  { name: "siem", what: "SIEM has the alert" },
  { name: "ids", what: "IDS alerts" },
  { name: "xdr", what: "XDR decides on a ban" },
  { name: "firewall", what: "firewall has the address" },
  { name: "pager", what: "Alertmanager has the alert" },
  { name: "jail", what: "fail2ban bans it as well" },
];

/** @typedef {{ what: string, milliseconds: number }} Hop */

/**
 * Runs the attack. Rejects where a hop is not reached.
 * @param {string} address of the attacker
 * @param {(hop: Hop) => void} report
 * @returns {Promise<Hop[]>}
 */
async function followAttack(address, report) {
  /** @type {Hop[]} */
  const reached = [];
  const start = performance.now();
  const add = (/** @type {string} */ what, from = start) => {
    const hop = { what, milliseconds: Math.round(performance.now() - from) };
    reached.push(hop);
    report(hop);
  };
  if ((await get(address)) !== 200) throw new Error(`${address} does not reach the site before it attacks`);
  const status = await inject(address);
  if (status !== 403) throw new Error(`the WAF lets the attack through: HTTP ${status}`);
  add("WAF refuses the injection (403)");
  await Promise.all(
    hops.map(async ({ name, what }) => {
      const trace = traces[name] ?? (() => false);
      await until(what, () => trace(address));
      add(what);
    }),
  );
  if ((await get(address, { within: 500 })) !== 0) throw new Error(`packets of ${address} still get through`);
  if ((await get("127.0.0.1")) !== 200) throw new Error("others are blocked as well");
  add("packets are dropped, others pass");
  return reached;
}

/**
 * An address and a file's hash, from the TIP to the firewall and to the antivirus.
 * @param {string} address
 * @param {(hop: Hop) => void} report
 */
async function followThreats(address, report) {
  const malware = `malware ${randomUUID()}`;
  if (await scan(malware)) throw new Error("the antivirus finds something before it was told");
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  await publish(`[ipv4-addr:value = '${address}']`);
  await publish(`[file:hashes.'SHA-256' = '${createHash("sha256").update(malware).digest("hex")}']`);
  await Promise.all([
    until("the antivirus to know the file", () => scan(malware)).then(() =>
      report({ what: "TIP's hash: the antivirus finds the file", milliseconds: since() }),
    ),
    until("the firewall to have the address", () => hasAddress(firewallTable, address)).then(() =>
      report({ what: "TIP's address: the firewall has it", milliseconds: since() }),
    ),
  ]);
}

/**
 * Runs the attack on products that nothing connects. Rejects where anybody but the WAF has heard of it.
 * @param {string} address
 */
async function expectSilence(address) {
  if ((await inject(address)) !== 403) throw new Error("the WAF lets the attack through");
  const end = performance.now() + 2_500; // the last hop takes half of that when all are connected
  while (performance.now() < end) {
    for (const [name, hasSeen] of Object.entries(traces)) {
      if (await hasSeen(address)) throw new Error(`${name} has heard of ${address}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if ((await get(address)) !== 200) throw new Error(`${address} is blocked by somebody`);
}

function anyAddress() {
  const byte = () => 1 + Math.floor(Math.random() * 250);
  return `127.${byte()}.${byte()}.${byte()}`;
}

/**
 * `npm run lab:attack`: from an address of its own each time. `--silence` expects that nothing is connected.
 * @param {string[]} args
 */
export async function attack(args) {
  if (args.includes("--silence")) {
    await expectSilence(anyAddress());
    process.stdout.write("the WAF refused the attack, and nobody else has heard of it\n");
    return;
  }
  if (!(await runs("nft", ["list", "table", "ip", firewallTable]))) {
    throw new Error("the products are not connected: `npm run lab:pulumi -- up`");
  }
  const report = (/** @type {Hop} */ { what, milliseconds }) =>
    process.stdout.write(`${String(milliseconds).padStart(6)} ms  ${what}\n`);
  const attacker = anyAddress();
  process.stdout.write(`An SQL injection from ${attacker}:\n`);
  await followAttack(attacker, report);
  const known = anyAddress();
  process.stdout.write(`\nThe TIP learns of ${known} and of a file:\n`);
  await followThreats(known, report);
}
