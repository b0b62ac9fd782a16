// The products' programs: what is missing, and how it is installed. Debian and PyPI packages only; no service is started.
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-meshroom", "attack-path");
const bin = join(cache, "bin");

const debian = {
  nginx: "nginx-light libnginx-mod-http-modsecurity modsecurity-crs",
  "syslog-ng": "syslog-ng-core",
  sagan: "sagan",
  crowdsec: "crowdsec",
  nft: "nftables",
  ip: "iproute2",
  "fail2ban-server": "fail2ban",
  "prometheus-alertmanager": "prometheus-alertmanager",
  clamd: "clamav-daemon",
  python3: "python3 python3-venv",
};
const bouncer = "crowdsec-firewall-bouncer";
const medallion = "medallion";

/** PATH with the folders of administrators' programs and our own. */
export const path = [bin, process.env.PATH ?? "", "/usr/sbin", "/sbin"].join(delimiter);

/** @param {string} program */
function isInstalled(program) {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Held while something is installed, by one lab at a time. */
export function lockFile() {
  mkdirSync(cache, { recursive: true });
  return join(cache, "lock");
}

/** Why the lab cannot run on this machine at all; undefined where it can. */
export function obstacle() {
  if (process.platform !== "linux") return "the lab needs Linux: it uses network namespaces";
  if (process.getuid?.() !== 0) return "the lab needs root: it makes a network namespace and a firewall in it";
  if (!existsSync("/etc/debian_version")) return "the lab installs Debian packages, and this is no Debian";
  const probe = spawnSync("unshare", ["--net", "true"]);
  if (probe.status !== 0) return "the lab may not make a network namespace here: CAP_SYS_ADMIN is missing";
  return undefined;
}

/** Programs that are not on this machine. */
export function missing() {
  return [...Object.keys(debian), bouncer, medallion].filter((program) => !isInstalled(program));
}

/**
 * What would be installed for these programs, for a person to agree to.
 * @param {string[]} programs
 */
export function packagesOf(programs) {
  return {
    debian: programs.flatMap((program) => debian[/** @type {keyof typeof debian} */ (program)]?.split(" ") ?? []),
    unpacked: programs.filter((program) => program === bouncer),
    python: programs.filter((program) => program === medallion),
  };
}

/**
 * Throws where the archives do not have what these programs need; changes nothing but the lists of packages.
 * @param {string[]} programs
 */
export function simulate(programs) {
  const { debian: packages, unpacked } = packagesOf(programs);
  if (packages.length + unpacked.length === 0) return;
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "--simulate", "-qq", "--no-install-recommends", ...packages, ...unpacked]);
}

/**
 * @param {string[]} programs
 * @param {(line: string) => void} say
 */
export function install(programs, say) {
  const { debian: packages, unpacked, python } = packagesOf(programs);
  mkdirSync(bin, { recursive: true });
  if (packages.length + unpacked.length > 0) {
    say("apt-get update");
    run("apt-get", ["update", "-qq"]);
  }
  if (packages.includes("crowdsec")) keepCrowdsecLocal();
  if (packages.length > 0) {
    say(`apt-get install ${packages.join(" ")}`);
    withoutStartingServices(() =>
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=180", ...packages]),
    );
  }
  if (unpacked.length > 0) unpackBouncer(say);
  if (python.length > 0) installMedallion(say);
}

/** Its installer calls the vendor's central API, and fails where there is no network, unless this file is there. */
function keepCrowdsecLocal() {
  mkdirSync("/etc/crowdsec", { recursive: true });
  const file = "/etc/crowdsec/online_api_credentials.yaml";
  if (!existsSync(file)) writeFileSync(file, "# no central API\n");
}

/**
 * Debian's hook for this: a policy-rc.d that says no. One that is there already stays.
 * @param {() => void} work
 */
function withoutStartingServices(work) {
  const file = "/usr/sbin/policy-rc.d";
  if (existsSync(file)) return work();
  writeFileSync(file, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    work();
  } finally {
    rmSync(file);
  }
}

/**
 * Its installer registers with the system's CrowdSec, which is not ours: unpacked, not installed.
 * @param {(line: string) => void} say
 */
function unpackBouncer(say) {
  say(`apt-get download ${bouncer}`);
  const folder = mkdtempSync(join(tmpdir(), "attack-path-"));
  try {
    run("apt-get", ["download", "-qq", bouncer], { cwd: folder });
    const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".deb"));
    const root = join(cache, bouncer);
    run("dpkg", ["-x", join(folder, file), root]);
    link(join(root, "usr/bin", bouncer), bouncer);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {(line: string) => void} say */
function installMedallion(say) {
  say("pip install medallion==3.0.0");
  const venv = join(cache, "venv");
  run("python3", ["-m", "venv", venv]);
  run(join(venv, "bin/pip"), ["install", "-q", "medallion==3.0.0"]);
  link(join(venv, "bin", medallion), medallion);
}

/**
 * @param {string} target
 * @param {string} name
 */
function link(target, name) {
  rmSync(join(bin, name), { force: true });
  symlinkSync(target, join(bin, name));
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 */
function run(program, args, options = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1", PATH: path };
  const { status, error, stdout, stderr } = spawnSync(program, args, { ...options, env, encoding: "utf8" });
  if (status === 0) return;
  const said = `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n").slice(-15).join("\n");
  throw new Error(`\`${[program, ...args].join(" ")}\` failed: ${error?.message ?? said}`);
}
