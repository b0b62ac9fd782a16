// `npm run crash -- [--rounds N] [--seed S] [--target engine,all] ...`: many rounds, one line each; writes bench/crash.md.
import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Choices, drawPlan, manners, operations, type Plan, seeded, targets, tools } from "./plan";
import { crash, type Finding } from "./round";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    target: { type: "string", default: targets.join() },
    operation: { type: "string", default: operations.join() },
    manner: { type: "string", default: manners.join() },
    tool: { type: "string", default: tools.join() },
    back: { type: "string", default: "up,destroy" },
    "no-report": { type: "boolean", default: false },
  },
});

const choices = Object.fromEntries(
  (["target", "operation", "manner", "tool", "back"] as const).map((name) => [name, values[name].split(",")]),
) as unknown as Choices;

const counted = ["twice", "lost", "stale", "notUp", "orphans", "repeated", "beside", "alive"] as const;
const logs = mkdtempSync(join(tmpdir(), "crash-logs-"));
const rounds: { plan: Plan; finding: Finding }[] = [];

/** Rows by target and manner: how many kills, and the sum of each fault. */
function report(): string {
  const groups = new Map<string, typeof rounds>();
  for (const round of rounds) {
    const name = `${round.plan.target} | ${round.plan.manner}`;
    groups.set(name, [...(groups.get(name) ?? []), round]);
  }
  const row = (name: string, group: typeof rounds) => {
    const sums = counted.map((key) => group.reduce((sum, { finding }) => sum + finding[key], 0));
    const kills = group.filter(({ finding }) => !finding.isMissed).length;
    return `| ${name} | ${kills} | ${sums.join(" | ")} | ${group.filter(({ finding }) => finding.failed.length > 0).length} |`;
  };
  return [
    "# Kills",
    "",
    `Written by \`npm run crash -- --rounds ${values.rounds} --seed ${values.seed}\`. Each round kills one part of a run at a random moment, recovers by one command (with \`pulumi\`, after`,
    "`meshroom recover`), and compares the tenant with the state: 12 plugs of 3 steps. What the columns mean is said in `test/crash/round.ts`.",
    "",
    `| killed | hooks | kills | ${counted.join(" | ")} | recovery failed |`,
    `| --- | --- | --- |${" --- |".repeat(counted.length + 1)}`,
    ...[...groups].sort().map(([name, group]) => row(name, group)),
    row("all | all", rounds),
    "",
  ].join("\n");
}

async function main(): Promise<void> {
  const random = seeded(Number(values.seed));
  for (let number = 1; number <= Number(values.rounds); number++) {
    const plan = drawPlan(random, number, choices);
    const { finding, log } = await crash(plan);
    rounds.push({ plan, finding });
    const faults = counted.filter((key) => finding[key] > 0).map((key) => `${key} ${finding[key]}`);
    if (finding.failed.length > 0) faults.push("recovery failed");
    const { tool, operation, manner, target, back, lines } = plan;
    const what = `#${number} ${tool} ${operation} ${manner}: ${target} killed at line ${lines}, then ${back}`;
    console.log(`${what}${finding.isMissed ? " (missed)" : ""}: ${faults.join(", ") || "clean"}`);
    if (faults.length > 0) appendFileSync(join(logs, `${number}.log`), `${JSON.stringify({ plan, finding })}\n${log}`);
    if (!values["no-report"]) writeFileSync(join(__dirname, "..", "..", "bench", "crash.md"), report());
  }
  console.log(`logs of rounds with a fault are in ${logs}`);
}

void main();
