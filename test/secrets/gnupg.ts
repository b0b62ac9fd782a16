// A throw-away gpg for a test: own keyring, own agent, nothing of the user's.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Gnupg {
  home: string;
  /** The variables that point to it; no others of gpg or Meshroom. */
  environment: NodeJS.ProcessEnv;
  /** Runs gpg without questions; its standard output. */
  run(args: readonly string[], input?: string | Uint8Array): Buffer;
  /** Makes a key and returns its fingerprint. An empty passphrase leaves it unprotected. */
  makeKey(
    user: string,
    options?: { passphrase?: string; age?: "new" | "old" | "expired"; kind?: "modern" | "rsa" },
  ): string;
  /** Lets the agent forget every passphrase. */
  forget(): void;
  end(): void;
}

/** With these options gpg believes that a key which is expired by now is not. */
export const inThePast = ["--faked-system-time", "20200601T000000"];

export function startGnupg(): Gnupg {
  // Not in the test's own folder: the agent's socket has a path of 107 characters at most.
  const home = mkdtempSync("/tmp/mg-");
  // The agent would make each use of a passphrase take 100 ms of an idle core, and many times that of a busy one.
  writeFileSync(join(home, "gpg-agent.conf"), "s2k-count 65536\n");
  const environment = { PATH: process.env.PATH, HOME: home, USER: "tester", LOGNAME: "tester", GNUPGHOME: home };
  const run = (args: readonly string[], input: string | Uint8Array = "") =>
    execFileSync("gpg", ["--batch", "--quiet", ...args], { env: environment, input, stdio: ["pipe", "pipe", "pipe"] });
  const forget = () => void spawnSync("gpgconf", ["--kill", "all"], { env: environment });
  return {
    home,
    environment,
    run,
    forget,
    makeKey(user, { passphrase = "", age = "new", kind = "modern" } = {}) {
      const protection = [
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        passphrase,
        ...(age === "new" ? [] : inThePast),
      ];
      const expires = age === "expired" ? "1y" : "0";
      const primary = kind === "rsa" ? ["rsa2048", "cert,sign,encr"] : ["ed25519", "cert,sign"];
      run([...protection, "--quick-generate-key", user, ...primary, expires]);
      const fingerprint = fingerprintOf(run(["--list-keys", "--with-colons", `=${user}`]));
      if (kind === "modern") run([...protection, "--quick-add-key", fingerprint, "cv25519", "encr", expires]);
      return fingerprint;
    },
    end() {
      forget();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function fingerprintOf(listing: Buffer): string {
  const found = /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(listing.toString("latin1"))?.[1];
  if (!found) throw new Error("gpg lists no such key");
  return found;
}

/** The private key in a file, as CI has it. */
export function exportPrivateKey(gnupg: Gnupg, fingerprint: string, folder: string, passphrase = ""): string {
  const file = join(folder, `${fingerprint}.private.asc`);
  const protection = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
  writeFileSync(file, gnupg.run([...protection, "--armor", "--export-secret-keys", fingerprint]), { mode: 0o600 });
  return file;
}
