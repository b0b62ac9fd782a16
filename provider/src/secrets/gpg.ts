// Runs the user's gpg: what goes in and out through pipes, so that neither a secret nor a passphrase is in arguments, environment or files.
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { MeshroomError } from "../diagnostic";
import { isSystemError } from "./store-file";

export interface GpgAnswer {
  code: number | null;
  output: Uint8Array;
  /** The status lines, for programs: keyword, then its arguments. */
  status: readonly (readonly string[])[];
  /** What gpg told its user, in its user's language; never the plaintext. */
  said: string;
}

export interface GpgCall {
  environment: NodeJS.ProcessEnv;
  passphrase?: string;
  input?: Uint8Array | string;
}

/** What gpg, its agent and pinentry need: where the keys are, which terminal or screen to ask on, and what Windows programs can't do without. */
const neededVariables = [
  ["PATH", "HOME", "USER", "LOGNAME", "GNUPGHOME", "GPG_TTY", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "PINENTRY_USER_DATA", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"],
  ["SystemRoot", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "TEMP", "TMP", "TMPDIR", "PATHEXT"],
].flat();

const STATUS_DESCRIPTOR = 3;
const PASSPHRASE_DESCRIPTOR = 4;

/** @throws MeshroomError GPG_NOT_FOUND */
export async function runGpg(args: readonly string[], { environment, passphrase, input }: GpgCall): Promise<GpgAnswer> {
  const options = ["--batch", "--status-fd", String(STATUS_DESCRIPTOR)];
  if (passphrase !== undefined) {
    options.push("--pinentry-mode", "loopback", "--passphrase-fd", String(PASSPHRASE_DESCRIPTOR));
  }
  const child = spawn("gpg", [...options, ...args], {
    env: Object.fromEntries(neededVariables.map((name) => [name, environment[name]])),
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdin, stdout, stderr, status, secret] = child.stdio;
  send(stdin, input ?? "");
  send(secret as Writable, passphrase === undefined ? "" : `${passphrase}\n`);
  try {
    const [code, output, said, lines] = await Promise.all([
      ended,
      buffer(stdout),
      text(stderr),
      text(status as Readable),
    ]);
    return { code, output, said, status: parseStatus(lines) };
  } catch (cause) {
    if (isSystemError(cause, "ENOENT")) throw notFound();
    throw cause;
  }
}

export function statusOf({ status }: GpgAnswer, keyword: string): readonly string[] | undefined {
  return status.find((line) => line[0] === keyword)?.slice(1);
}

/** gpg may end before it has read everything, which its exit code explains better than a broken pipe. */
function send(stream: Writable, data: Uint8Array | string): void {
  stream.on("error", () => {});
  stream.end(data);
}

function parseStatus(lines: string): string[][] {
  return lines
    .split(/\r?\n/)
    .filter((line) => line.startsWith("[GNUPG:] "))
    .map((line) => line.split(" ").slice(1));
}

function notFound(): MeshroomError {
  return new MeshroomError({
    code: "GPG_NOT_FOUND",
    severity: "error",
    summary: "there is no program `gpg` on the PATH, and no private key in MESHROOM_GPG_KEY or MESHROOM_GPG_KEY_FILE",
    remedy: "install GnuPG, or give the private key: export MESHROOM_GPG_KEY_FILE=FILE",
  });
}
