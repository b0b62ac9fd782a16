// What `up` and `down` are going to do and have done, in words.
import type { Change, Outcome, Plan, Result } from "../../actions/engine/plan";
import type { View } from "./view";

const signs = { create: "+", update: "~", replace: "±", delete: "-", same: " ", refresh: " " } as const;
const colours = {
  create: "green",
  update: "yellow",
  replace: "yellow",
  delete: "red",
  same: "dim",
  refresh: "dim",
} as const;

/** Every change, plugs with their steps, and how many there are. */
export function* describePlan({ stack, changes }: Plan, view: View): Generator<string> {
  if (changes.length === 0) return;
  yield view.style("bold", `stack ${stack}:`);
  const records = changes.filter((change) => isNewRecord(change));
  for (const change of changes) if (!records.includes(change)) yield* describeChange(change, view);
  if (records.length > 0) yield `  ${view.style("green", "+")} records of ${countKinds(records)}`;
}

/** Instances and products that appear in the state for the first time: no hook runs for them, and their plugs are listed. */
function isNewRecord({ kind, operation }: Change): boolean {
  return operation === "create" && (kind === "instance" || kind === "product");
}

function* describeChange({ kind, name, operation, changed, steps }: Change, view: View): Generator<string> {
  const sign = view.style(colours[operation], signs[operation]);
  const what = kind === "plug" ? name : `${kind === "other" ? "" : `${kind} `}${name}`;
  yield `  ${sign} ${what}${view.style("dim", describeDifference(operation, changed))}`;
  if (kind !== "plug") return;
  const width = String(steps.length).length;
  for (const [index, step] of steps.entries())
    yield view.style("dim", `      ${String(index + 1).padStart(width)} ${step}`);
}

function describeDifference(operation: Change["operation"], changed: readonly string[]): string {
  const names = changed.length > 0 ? `: ${changed.join(", ")}` : "";
  if (operation === "update") return `  changed${names}`;
  return operation === "replace" ? `  torn down, then set up again${names}` : "";
}

/** `set up 2 plugs and tear down 1`, for a question. */
export function summarisePlan({ changes }: Plan): string {
  const plugs = changes.filter(({ kind }) => kind === "plug");
  const others = changes.filter(({ kind }) => kind === "other");
  const parts = [
    part("set up", plugs, ["create"]),
    part("change", plugs, ["update", "replace"]),
    part("tear down", plugs, ["delete"]),
  ].filter((text) => text !== undefined);
  if (others.length > 0) parts.push(`change ${count(others.length, "other resource")}`);
  return parts.join(", ") || `record ${countKinds(changes)}`;
}

function part(verb: string, plugs: readonly Change[], operations: readonly Change["operation"][]): string | undefined {
  const chosen = plugs.filter(({ operation }) => operations.includes(operation));
  return chosen.length > 0 ? `${verb} ${count(chosen.length, "plug")}` : undefined;
}

/** What came of it, one line. */
export function summariseOutcome({ results, isCancelled, isDone }: Outcome, seconds: number): string {
  const plugs = results.filter(({ kind }) => kind === "plug");
  const done = plugs.filter((each) => each.isDone);
  const failed = plugs.filter((each) => !each.isDone);
  const parts = [
    done.length > 0 || plugs.length === 0 ? summariseDone(done, results) : undefined,
    failed.length > 0
      ? `${count(failed.length, "plug")} failed: ${failed.map(({ name }) => name).join(", ")}`
      : undefined,
    isCancelled ? "interrupted, the rest was not begun" : undefined,
    !isDone && failed.length === 0 && !isCancelled ? "not all of it could be done" : undefined,
  ].filter((text) => text !== undefined && text !== "");
  return `${parts.join("; ")} (${seconds.toFixed(1)} s)`;
}

function summariseDone(plugs: readonly Result[], results: readonly Result[]): string {
  const words: readonly [string, readonly Change["operation"][]][] = [
    ["set up", ["create"]],
    ["set up again", ["update", "replace"]],
    ["torn down", ["delete"]],
  ];
  const parts = words.flatMap(([word, operations]) => {
    const chosen = plugs.filter(({ operation }) => operations.includes(operation));
    return chosen.length > 0 ? [`${count(chosen.length, "plug")} ${word}`] : [];
  });
  const recorded = results.filter(({ kind, isDone }) => kind !== "plug" && isDone);
  return parts.join(", ") || (recorded.length > 0 ? `recorded ${countKinds(recorded)}` : "");
}

function countKinds(changes: readonly Change[]): string {
  const kinds = ["product", "instance", "plug", "other"] as const;
  const parts = kinds.flatMap((kind) => {
    const number = changes.filter((change) => change.kind === kind).length;
    return number > 0 ? [count(number, kind === "other" ? "other resource" : kind)] : [];
  });
  return parts.join(" and ");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
