// The nine products of the lab (nftables is the ninth: the kernel's): how each is started, and when it is ready.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lab } from "./places.mjs";
import { answers, logHas, runs, says } from "./ready.mjs";

/**
 * @typedef {object} LabProduct
 * @property {string} name the instance
 * @property {string[]} command
 * @property {(folder: string) => void} [prepare] what its configuration needs beyond the files in config/
 * @property {(folder: string) => Promise<boolean>} isReady
 */

const hub = "/usr/share/crowdsec/hub";
const hubItems = [
  "parsers/s00-raw/crowdsecurity/syslog-logs",
  "parsers/s01-parse/crowdsecurity/suricata-logs",
  "parsers/s02-enrich/crowdsecurity/dateparse-enrich",
  "scenarios/crowdsecurity/suricata-alerts",
];

/** @type {LabProduct[]} */
export const products = [
  {
    name: "waf",
    command: ["nginx", "-c", "@/nginx.conf"],
    prepare: (folder) => writeFileSync(join(folder, "audit.json"), ""),
    isReady: () => answers("http://127.0.0.1:18081/", 200),
  },
  {
    name: "siem",
    command: [
      "syslog-ng",
      "-F",
      "--no-caps",
      "-f",
      "@/syslog-ng.conf",
      "-R",
      "@/persist",
      "-p",
      "@/syslog-ng.pid",
      "-c",
      "@/syslog-ng.ctl",
    ],
    isReady: (folder) => runs("syslog-ng-ctl", ["stats", "-c", join(folder, "syslog-ng.ctl")]),
  },
  {
    name: "ids",
    // Sagan ends its read loop when the last writer closes the FIFO: it holds a descriptor of its own.
    command: ["sh", "-c", 'exec 8<>"$0/fifo"; exec sagan -f "$0/sagan.yaml" -u root -l "$0/log/sagan.log"', "@"],
    prepare: prepareSagan,
    isReady: (folder) =>
      logHas(join(folder, "log/sagan.log"), /Attempting to open syslog FIFO|Successfully opened FIFO/),
  },
  {
    name: "xdr",
    command: ["crowdsec", "-c", "@/config.yaml"],
    prepare: prepareCrowdsec,
    isReady: async (folder) =>
      (await logHas(join(folder, "log/crowdsec.log"), /Starting processing data/)) &&
      (await answers("http://127.0.0.1:18080/health", 200)),
  },
  {
    name: "tip",
    command: ["medallion", "--host", "127.0.0.1", "--port", "15000", "@/config.json"],
    prepare: prepareMedallion,
    isReady: () => answers("http://127.0.0.1:15000/taxii2/", 401),
  },
  {
    name: "pager",
    command: [
      "prometheus-alertmanager",
      "--config.file=@/alertmanager.yml",
      "--storage.path=@/data",
      "--web.listen-address=127.0.0.1:19093",
      "--cluster.listen-address=",
    ],
    isReady: () => answers("http://127.0.0.1:19093/-/ready", 200),
  },
  {
    name: "av",
    command: ["clamd", "-c", "@/clamd.conf"],
    isReady: () => says(13310, "zPING\0", "PONG"),
  },
  {
    name: "jail",
    command: ["fail2ban-server", "-f", "-c", "@/conf", "-s", "@/fail2ban.sock", "-p", "@/fail2ban.pid", "start"],
    isReady: (folder) =>
      runs("fail2ban-client", ["-c", join(folder, "conf"), "-s", join(folder, "fail2ban.sock"), "ping"]),
  },
];

/** Puts all products' configuration into the lab's folder, as somebody who runs them would have it before any mesh. */
export function prepare() {
  cpSync(join(import.meta.dirname, "config"), lab, { recursive: true });
  for (const folder of [
    "waf/tmp",
    "ids/log",
    "ids/ipc",
    "xdr/data",
    "xdr/log",
    "xdr/notifications",
    "xdr/plugins",
    "pager/data",
    "av/tmp",
    "firewall",
  ]) {
    mkdirSync(join(lab, folder), { recursive: true });
  }
  for (const { name, prepare: more } of products) {
    const folder = join(lab, name);
    for (const file of files(folder)) fillIn(file, folder);
    more?.(folder);
  }
}

/** @param {string} folder */
function files(folder) {
  return execFileSync("find", [folder, "-type", "f"], { encoding: "utf8" }).trim().split("\n").filter(Boolean);
}

/**
 * @param {string} file
 * @param {string} folder
 */
function fillIn(file, folder) {
  const text = readFileSync(file, "utf8");
  if (text.includes("@DIR@")) writeFileSync(file, text.replaceAll("@DIR@", folder));
}

/** Debian's configuration with places of our own, one file of rules, and the EVE log.  @param {string} folder */
function prepareSagan(folder) {
  execFileSync("mkfifo", [join(folder, "fifo")]);
  const set = (/** @type {string} */ text, /** @type {string} */ key, /** @type {string} */ value) =>
    text.replace(new RegExp(`^(\\s*${key}:) .*`, "m"), `$1 ${value}`);
  let text = readFileSync("/etc/sagan.yaml", "utf8");
  const places = { FIFO: `"${folder}/fifo"`, LOCKFILE: `"${folder}/sagan.pid"`, LOG_PATH: `"${folder}/log"` };
  for (const [key, value] of Object.entries(places))
    text = text.replace(new RegExp(`^(.*${key}:) .*`, "m"), `$1 ${value}`);
  text = set(text, "ipc-directory", join(folder, "ipc"));
  text = set(text, "sensor-name", '"lab"');
  text = set(text, "default-host", "127.0.0.1");
  text = text.replace(
    /^rules-files: *\n(?:[ \t]*(?:[-#].*)?\n)*/m,
    `rules-files:\n  - ${folder}/rules/local.rules\n\n`,
  );
  text = text.replace(/(- eve-log:\s+enabled:) no/, "$1 yes");
  writeFileSync(join(folder, "sagan.yaml"), text);
}

/** Parsers and scenarios from Debian's copy of the hub, and the account that the mesh uses.  @param {string} folder */
function prepareCrowdsec(folder) {
  symlinkSync("/etc/crowdsec/patterns", join(folder, "patterns"));
  for (const item of hubItems) {
    const [kind = "", ...rest] = item.split("/");
    const target = join(folder, kind === "parsers" ? `${kind}/${rest[0]}` : kind, `${rest.at(-1)}.yaml`);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(hub, `${item}.yaml`), target);
  }
  copyFileSync("/usr/lib/crowdsec/plugins/http", join(folder, "plugins/notification-http"));
  chmodSync(join(folder, "plugins/notification-http"), 0o755);
  for (const name of ["nothing.log", "local_api_credentials.yaml"])
    writeFileSync(join(folder, name), "", { mode: 0o600 });
  const url = ["--url", "http://127.0.0.1:18080"];
  const credentials = ["-f", join(folder, "local_api_credentials.yaml")];
  execFileSync(
    "cscli",
    ["-c", join(folder, "config.yaml"), "machines", "add", "mesh", "--auto", "--force", ...credentials, ...url],
    { stdio: "pipe" },
  );
}

/** @param {string} folder */
function prepareMedallion(folder) {
  const file = join(folder, "config.json");
  const text = readFileSync(file, "utf8").replace("@PASSWORD@", randomBytes(18).toString("base64url"));
  rmSync(file);
  writeFileSync(file, text, { mode: 0o600 });
}

/** The secrets of the stack, as the products have them. By instance, then setting. */
export function secrets() {
  const machine = readFileSync(join(lab, "xdr/local_api_credentials.yaml"), "utf8");
  const tip = JSON.parse(readFileSync(join(lab, "tip/config.json"), "utf8"));
  return {
    xdr: { MACHINE_PASSWORD: /^password: *(\S+)/m.exec(machine)?.[1] ?? "" },
    tip: { PASSWORD: tip.users.mesh },
  };
}
