// Manifests of thousands of lines: the work grows with their size and not with its square, and what is wrong is shown in parts.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capProblems, PROBLEMS_LIMIT } from "../../provider/src/model/cap-problems";
import { loadProject } from "../../provider/src/model/load-project";
import { manifestsOf } from "./large-manifests";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "large-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(kind: keyof typeof manifestsOf, size: number): void {
  const make = manifestsOf[kind];
  if (!make) throw new Error(`no manifests of kind ${kind}`);
  const { definition, instance } = make(size);
  mkdirSync(join(root, "products/p"), { recursive: true });
  mkdirSync(join(root, "instances/p/i"), { recursive: true });
  writeFileSync(join(root, "products/p/definition.yaml"), definition);
  writeFileSync(join(root, "instances/p/i/config.yaml"), instance);
}

/** CPU time in ms: other processes of this machine do not count. The least of three, as the collector of garbage comes when it likes. */
function cost(kind: keyof typeof manifestsOf, size: number): number {
  write(kind, size);
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    loadProject(root);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

test.each(Object.keys(manifestsOf) as (keyof typeof manifestsOf)[])(
  "%s: four times as many take less than eight times as long",
  (kind) => {
    cost(kind, 200);
    const few = cost(kind, 1000);
    expect(cost(kind, 4000) / few).toBeLessThan(8);
  },
);

test("problems of one file are shown up to a limit, and the rest is counted", () => {
  write("undeclared settings", 5000);
  const { diagnostics, instances } = loadProject(root);
  const more = diagnostics.filter(({ code }) => code === "MORE_PROBLEMS");
  expect([diagnostics.length, instances[0]?.problems.length]).toEqual([PROBLEMS_LIMIT + 1, PROBLEMS_LIMIT + 1]);
  expect(more.map(({ severity, summary }) => [severity, summary])).toEqual([
    ["warning", "and 4900 more problems in this file: SETTING_UNKNOWN"],
  ]);
});

test("errors are shown before warnings, and never left out in silence", () => {
  const at = (line: number) => ({ file: "a.yaml", line, column: 1 });
  const warnings = Array.from({ length: 300 }, (_, index) => ({
    ...{ code: "SETTING_UNKNOWN" as const, severity: "warning" as const, summary: "w", at: at(index + 1) },
  }));
  const error = { code: "SETTING_TYPE" as const, severity: "error" as const, summary: "e", at: at(301) };
  const capped = capProblems([...warnings, error]);
  expect(capped).toHaveLength(PROBLEMS_LIMIT + 1);
  expect(capped).toContain(error);
  const errors = warnings.map((each) => ({ ...each, severity: "error" as const }));
  expect(capProblems(errors).at(-1)).toMatchObject({ code: "MORE_PROBLEMS", severity: "error" });
  expect(capProblems(warnings.slice(0, PROBLEMS_LIMIT))).toHaveLength(PROBLEMS_LIMIT);
});
