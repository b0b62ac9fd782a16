// Golden screens: a transcript is played on a copy of its fixture and compared with what it says.
//
//   # what is shown, fixture: soc
//
//   $ meshroom add edr lab -s api_key      what is typed
//   < s3cret                               a line of stdin
//   a line of stdout
//   ! a line of stderr
//   [exit 0]
//   [+] instances/edr/lab/config.yaml      a file that the command wrote, with its text; [~] changed, [-] removed
//   | name: lab
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const repository = join(__dirname, "../..");
export const meshroom = join(repository, "node_modules/.bin/meshroom");

/** `meshroom` in a transcript is the compiled command of this repository. */
const shellFunction = `meshroom() { "$NODE" "$MESHROOM" "$@"; }`;

export interface Step {
  command: string;
  stdin: string[];
}

/** Where the commands of one transcript run. */
export class Playground {
  readonly root: string;
  readonly #parent: string;

  constructor(fixture: string) {
    this.#parent = realpathSync(mkdtempSync(join(tmpdir(), "meshroom-cli-")));
    this.root = join(this.#parent, "mesh");
    mkdirSync(join(this.#parent, "home"));
    if (fixture === "none") mkdirSync(this.root);
    else cpSync(folderOf(fixture), this.root, { recursive: true });
  }

  /** Nothing of the user's: no colour, no keys, no git identity but this one. */
  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: join(this.#parent, "home"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "init.defaultBranch",
      GIT_CONFIG_VALUE_0: "main",
      LANG: "C.UTF-8",
      // A key is named after the user, and a table is as wide as the name.
      LOGNAME: "tester",
      // Of the key that the first secret makes.
      MESHROOM_GPG_PASSPHRASE: "of the tests",
    };
  }

  /** Plays one step; what it printed, its exit code and what it changed, as in a transcript. */
  play({ command, stdin }: Step): string[] {
    const before = this.#files();
    const { stdout, stderr, status } = spawnSync(
      "bash",
      [
        "-c",
        `${shellFunction}
${command}`,
      ],
      {
        cwd: this.root,
        input: stdin.map((line) => `${line}\n`).join(""),
        env: { ...this.environment, MESHROOM: meshroom, NODE: process.execPath },
        encoding: "utf8",
      },
    );
    return [
      ...linesOf(stdout),
      ...linesOf(stderr).map((line) => `! ${line}`.trimEnd()),
      `[exit ${status}]`,
      ...changes(before, this.#files()),
    ].map((line) => masked(line.replaceAll(this.#parent, "<tmp>")));
  }

  remove(): void {
    // Secrets have started an agent.
    for (const home of [".gnupg", "other", "none"]) {
      const GNUPGHOME = join(this.#parent, "home", home);
      if (existsSync(GNUPGHOME)) spawnSync("gpgconf", ["--kill", "all"], { env: { ...this.environment, GNUPGHOME } });
    }
    rmSync(this.#parent, { recursive: true, force: true });
  }

  #files(): Map<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(this.root, { recursive: true, withFileTypes: true })) {
      const path = relative(this.root, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
      if (!entry.isFile() || /^(\.git|\.meshroom)\//.test(path)) continue;
      found.set(path, readFileSync(join(this.root, path), "utf8"));
    }
    return found;
  }
}

export interface Transcript {
  head: string[];
  fixture: string;
  steps: Step[];
}

export function readTranscript(text: string): Transcript {
  const lines = text.split("\n");
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("#")),
  );
  const steps: Step[] = [];
  for (const line of lines) {
    if (line.startsWith("$ ")) steps.push({ command: line.slice(2), stdin: [] });
    else if (line.startsWith("< ")) steps.at(-1)?.stdin.push(line.slice(2));
  }
  return { head, fixture: /fixture: (\S+)/.exec(head.join("\n"))?.[1] ?? "soc", steps };
}

export function playTranscript({ head, fixture, steps }: Transcript): string {
  const playground = new Playground(fixture);
  try {
    const played = steps.map((step) => {
      const typed = [`$ ${step.command}`, ...step.stdin.map((line) => `< ${line}`)];
      return [...typed, ...playground.play(step)].join("\n");
    });
    return `${[head.join("\n"), ...played].join("\n\n")}\n`;
  } finally {
    playground.remove();
  }
}

/** What differs from run to run. */
function masked(line: string): string {
  return line
    .replace(/\b[0-9A-F]{40}\b/g, "<fingerprint>")
    .replace(/\b([0-9a-f]{16}|[0-9A-F]{16})\b/g, "<key-id>")
    .replace(/\b\w+-[0-9a-f]{8}([@-])meshroom/g, "<user>$1meshroom");
}

function folderOf(fixture: string): string {
  return fixture === "pocket" ? join(repository, "meshroom-project") : join(__dirname, "fixtures", fixture);
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const now = after.get(path);
    if (now === before.get(path)) return [];
    if (now === undefined) return [`[-] ${path}`];
    return [`[${before.has(path) ? "~" : "+"}] ${path}`, ...shown(path, now)];
  });
}

/** The text of manifests; of anything else only that it is there. */
function shown(path: string, text: string): string[] {
  return /\.ya?ml$/.test(path) ? linesOf(text).map((line) => `| ${line}`.trimEnd()) : [];
}
