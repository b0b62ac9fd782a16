// One round: a command is killed at work, made good by one command, and what went wrong at the tenant is counted.
import { setTimeout } from "node:timers/promises";
import { CrashRoom, type LedgerLine, plugNames, setupOrder } from "./crash-room";
import { type Plan, partsOf } from "./plan";
import { end, processesOf } from "./processes";
import { Tenant } from "./tenant";

/** What must all be nothing, but `isMissed`. */
export interface Finding {
  /** Objects of a step beyond one, after the recovery. */
  twice: number;
  /** The state says that it is there, the tenant has none. */
  lost: number;
  /** The tenant has the old value. */
  stale: number;
  notUp: number;
  /** Left at the tenant after everything was taken down. */
  orphans: number;
  /** Steps that had ended, as was known, and were begun again. */
  repeated: number;
  /** Lines of hooks of the killed run after the first of the recovery's. */
  beside: number;
  /** Processes of the killed run that live 10 s later, but for the language host, which is the engine's. */
  alive: number;
  /** What the recovery printed where it failed. */
  failed: string[];
  /** The command had ended before it was killed. */
  isMissed: boolean;
}

const PATIENCE_MS = 10_000;
/** A hook's last line comes before its process tells the provider: where either is killed in between, nobody knows of the end. */
const HEARD_MS = 250;

/** @returns the finding, and what the commands printed */
export async function crash(plan: Plan): Promise<{ finding: Finding; log: string }> {
  const tenant = await Tenant.start();
  const room = new CrashRoom(plan, tenant.url);
  try {
    const finding = await new Round(plan, tenant, room).run();
    return { finding, log: room.log.join("\n") };
  } finally {
    room.remove();
    tenant.stop();
  }
}

class Round {
  readonly #failed: string[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly tenant: Tenant,
    private readonly room: CrashRoom,
  ) {}

  async run(): Promise<Finding> {
    const { plan, room, tenant } = this;
    await this.#prepare();
    const { isMissed, time } = await this.#kill();
    const noticed = plan.target === "engine" || plan.target === "command" ? time : time - HEARD_MS;
    const ended = endedSteps(room.readLedger(), noticed);
    const quiet = this.#countAlive(time);
    await setTimeout(plan.wait * 1000);
    await this.#recover(plan.back);
    const up = plan.back === "up" ? this.#compare() : { twice: 0, lost: 0, stale: 0, notUp: 0 };
    if (plan.back === "up") await this.#must("destroy", room.command("destroy"));
    return {
      ...up,
      orphans: tenant.things.size,
      ...afterwards(room.readLedger(), ended),
      alive: await quiet,
      failed: this.#failed,
      isMissed,
    };
  }

  async #prepare(): Promise<void> {
    const { plan, room } = this;
    if (plan.tool === "pulumi") await this.#must("init", ["pulumi", "stack", "init", "lab", "--non-interactive"]);
    if (plan.operation !== "up") await this.#must("base", room.command("up"));
    if (plan.operation === "update") room.configure({ level: 2 });
    if (plan.operation === "replace") room.configure({ format: "cef" });
  }

  /** Waits for the drawn line of the ledger; a command that ends before has missed its kill. */
  async #kill(): Promise<{ isMissed: boolean; time: number }> {
    const { plan, room } = this;
    const started = room.start("kill", room.command(plan.operation === "destroy" ? "destroy" : "up"));
    let isMissed = false;
    const ended = started.ended.then(() => {
      isMissed = true;
    });
    const lines = () => room.readLedger().filter(({ phase }) => phase === "kill").length;
    while (!isMissed && lines() < plan.lines) await setTimeout(5);
    await setTimeout(plan.pause);
    const time = Date.now();
    const wasMissed = isMissed || !this.#strike(started.child.pid ?? 0);
    await ended;
    return { isMissed: wasMissed, time };
  }

  #strike(command: number): boolean {
    const { plan, room } = this;
    const parts = partsOf(plan.target);
    if (parts === undefined) return end(-command);
    const running = processesOf(room.markOf("kill"));
    // `pulumi` is both command and engine.
    const wanted = plan.tool === "pulumi" && plan.target === "command" ? (["engine"] as const) : parts;
    const hit = running.filter(({ part }) => wanted === "every" || (wanted as readonly string[]).includes(part));
    return (plan.target === "host" ? hit.slice(0, 1) : hit).filter(({ pid }) => end(pid)).length > 0;
  }

  /** By one command; with `pulumi`, after `meshroom recover`. */
  async #recover(verb: "up" | "destroy"): Promise<void> {
    const { plan, room } = this;
    if (plan.tool === "pulumi") await this.#must("recover", room.meshroom("recover", "--stack", "lab"));
    await this.#must("again", room.command(verb));
  }

  async #must(phase: string, argv: readonly string[]): Promise<void> {
    const { code, text } = await this.room.run(phase, argv);
    if (code !== 0) this.#failed.push(`${phase}: exit code ${code}: ${text.slice(-2000)}`);
  }

  /** The state against the tenant. */
  #compare(): Pick<Finding, "twice" | "lost" | "stale" | "notUp"> {
    const { plan, room, tenant } = this;
    const state = room.readState();
    const found = { twice: tenant.surplus, lost: 0, stale: 0, notUp: 0 };
    for (const name of plugNames) {
      const plug = state.get(name);
      if (!plug?.isWhole || plug.done !== setupOrder.length) {
        found.notUp++;
        continue;
      }
      for (const step of setupOrder) {
        const thing = tenant.things.get(plan.manner === "put" ? `${name}/${step}` : (plug.state[step] ?? ""));
        const isOld =
          (plan.operation === "update" && thing?.level !== 2) ||
          (plan.operation === "replace" && thing?.format !== "cef");
        if (!thing) found.lost++;
        else if (isOld) found.stale++;
      }
    }
    return found;
  }

  async #countAlive(since: number): Promise<number> {
    const living = () => processesOf(this.room.markOf("kill")).filter(({ part }) => part !== "program");
    while (living().length > 0 && Date.now() - since < PATIENCE_MS) await setTimeout(100);
    return living().length;
  }
}

const stepOf = ({ kind, plug, step }: LedgerLine) => `${kind} ${plug}/${step}`;

function endedSteps(lines: readonly LedgerLine[], before: number): Set<string> {
  const ends = lines.filter(({ phase, at, time }) => phase === "kill" && at === "end" && time <= before);
  return new Set(ends.map(stepOf));
}

function afterwards(lines: readonly LedgerLine[], ended: ReadonlySet<string>): Pick<Finding, "repeated" | "beside"> {
  const recovery = lines.filter(({ phase }) => phase === "again");
  const first = Math.min(...recovery.map(({ time }) => time));
  return {
    repeated: recovery.filter((line) => line.at === "start" && ended.has(stepOf(line))).length,
    beside: lines.filter(({ phase, time }) => phase === "kill" && time > first).length,
  };
}
