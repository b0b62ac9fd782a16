// A stack of 12 plugs to be killed at work: its files, its commands, its ledger and its state, on a file backend.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Folder } from "../folder";
import type { Plan } from "./plan";
import { end, MARK, processesOf } from "./processes";

const repository = join(__dirname, "..", "..");
const sources = ["e0", "e1", "e2", "e3"];
const destinations = ["s0", "s1", "s2"];
export const setupOrder = ["intake", "parser", "output"];
export const plugNames = sources.flatMap((source) => destinations.map((to) => `events: ${source} -> ${to}`));

export interface LedgerLine {
  kind: string;
  plug: string;
  step: string;
  at: string;
  time: number;
  phase: string;
}

export interface StoredPlug {
  done: number;
  isWhole: boolean;
  state: Record<string, string>;
}

export interface Ended {
  code: number | null;
  text: string;
}

export class CrashRoom extends Folder {
  readonly #parent = realpathSync(mkdtempSync(join(tmpdir(), "crash-")));
  readonly folder = join(this.#parent, "work");
  readonly ledger = join(this.#parent, "ledger.tsv");
  /** What every command printed, for whoever looks into a failed round. */
  readonly log: string[] = [];

  constructor(
    readonly plan: Pick<Plan, "tool" | "manner" | "number">,
    private readonly tenantUrl: string,
  ) {
    super();
    for (const folder of [this.folder, join(this.#parent, "home"), join(this.#parent, "state")]) mkdirSync(folder);
    cpSync(join(__dirname, "mesh"), this.#mesh, { recursive: true });
    if (plan.tool === "pulumi") {
      symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
      this.write("Pulumi.yaml", "name: test\nruntime:\n  name: nodejs\n  options: { typescript: false }\n");
      const dependencies = '{ "pulumi-meshroom": "*" }';
      this.write("package.json", `{ "name": "test", "main": "index.js", "dependencies": ${dependencies} }\n`);
      this.write("index.js", 'const { Mesh } = require("pulumi-meshroom");\nnew Mesh("mesh", { project: "mesh" });\n');
    }
    this.configure({});
  }

  get #mesh(): string {
    return this.plan.tool === "pulumi" ? join(this.folder, "mesh") : this.folder;
  }

  /** `level`: what an update changes; `format`: what a replacement changes. */
  configure({ level = 1, format = "json" }: { level?: number; format?: string }): void {
    const prefix = this.plan.tool === "pulumi" ? "mesh/" : "";
    const instance = (product: string, name: string) =>
      this.write(`${prefix}instances/${product}/${name}/config.yaml`, `name: ${name}\nsettings: { level: ${level} }\n`);
    for (const name of sources) instance("edr", name);
    for (const name of destinations) instance("siem", name);
    for (const source of sources)
      for (const to of destinations)
        this.write(`${prefix}instances/edr/${source}/plugs/${to}/events.yaml`, `topic: events\nformat: ${format}\n`);
  }

  markOf(phase: string): string {
    return `${process.pid}-${this.plan.number}-${phase}`;
  }

  /** A command in a process group of its own. `phase` names it in the ledger. */
  start(phase: string, argv: readonly string[]) {
    const home = join(this.#parent, "home");
    const env = {
      ...process.env,
      HOME: home,
      PULUMI_HOME: join(home, ".pulumi"),
      GNUPGHOME: join(home, ".gnupg"),
      XDG_STATE_HOME: join(home, "state"),
      PULUMI_CONFIG_PASSPHRASE: "for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      CRASH_LEDGER: this.ledger,
      CRASH_TENANT: this.tenantUrl,
      CRASH_PHASE: phase,
      CRASH_MANNER: this.plan.manner,
      [MARK]: this.markOf(phase),
      ...(this.plan.tool === "pulumi" && { PULUMI_BACKEND_URL: `file://${join(this.#parent, "state")}` }),
    };
    const [program = "", ...args] = argv;
    const child = spawn(program, args, { cwd: this.folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
    // Not "close": a process that is left behind may hold the pipes.
    const ended = new Promise<Ended>((resolve) => {
      child.on("exit", (code, signal) => {
        this.log.push(`--- ${phase}: ${argv.join(" ")} -> ${code ?? signal}\n${text}`);
        setImmediate(() => resolve({ code, text }));
      });
    });
    return { child, ended };
  }

  run(phase: string, argv: readonly string[]): Promise<Ended> {
    return this.start(phase, argv).ended;
  }

  command(verb: "up" | "destroy"): string[] {
    if (this.plan.tool === "meshroom") return this.meshroom(verb === "up" ? "up" : "down", "-y");
    return ["pulumi", verb, "--stack", "lab", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
  }

  meshroom(...args: string[]): string[] {
    const project = this.plan.tool === "pulumi" ? ["-p", "mesh"] : [];
    return [process.execPath, join(repository, "node_modules/.bin/meshroom"), ...project, ...args];
  }

  readLedger(): LedgerLine[] {
    if (!existsSync(this.ledger)) return [];
    const lines = readFileSync(this.ledger, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => {
      const [kind = "", plug = "", step = "", at = "", time, phase = ""] = line.split("\t");
      return { kind, plug, step, at, time: Number(time), phase };
    });
  }

  /** The plugs of the state by name. @throws where it can't be read: that is a finding */
  readState(): Map<string, StoredPlug> {
    const file =
      this.plan.tool === "meshroom"
        ? join(this.folder, ".meshroom/state/.pulumi/stacks/meshroom/local.json")
        : join(this.#parent, "state/.pulumi/stacks/test/lab.json");
    if (!existsSync(file)) return new Map();
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
    const plugs = (checkpoint.latest?.resources ?? []).filter(({ type }) => type.endsWith("meshroom:Plug"));
    return new Map(
      plugs.map(({ urn, outputs, initErrors }) => [
        urn.split("::").slice(3).join("::"),
        { done: outputs.__done, isWhole: !initErrors?.length, state: outputs.state ?? {} },
      ]),
    );
  }

  remove(): void {
    for (const { pid } of processesOf(this.markOf("kill"))) end(pid);
    rmSync(this.#parent, { recursive: true, force: true });
  }
}

interface Checkpoint {
  checkpoint: {
    latest?: {
      resources?: {
        urn: string;
        type: string;
        outputs: { __done: number; state?: Record<string, string> };
        initErrors?: string[];
      }[];
    };
  };
}
