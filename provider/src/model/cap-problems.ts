// One slip can make a problem of every line of a file: what is shown of each is limited.
import { type Diagnostic, isError } from "../diagnostic";

/** Problems of one file that are shown. */
export const PROBLEMS_LIMIT = 100;

/** The problems, those of each file up to {@link PROBLEMS_LIMIT}, errors before warnings; what is left out is counted in one more. */
export function capProblems(problems: readonly Diagnostic[]): Diagnostic[] {
  if (problems.length <= PROBLEMS_LIMIT) return [...problems];
  const files = new Map<string | undefined, Diagnostic[]>();
  for (const problem of problems) {
    const file = files.get(problem.at?.file);
    if (file) file.push(problem);
    else files.set(problem.at?.file, [problem]);
  }
  const left = new Set<Diagnostic>();
  const counted: Diagnostic[] = [];
  for (const [file, all] of files) {
    // A file of an earlier cap says already how many there are.
    if (file === undefined || all.length <= PROBLEMS_LIMIT + 1) continue;
    const rest = [...all.filter(isError), ...all.filter((each) => !isError(each))].slice(PROBLEMS_LIMIT);
    for (const each of rest) left.add(each);
    counted.push(countOf(rest));
  }
  return [...problems.filter((problem) => !left.has(problem)), ...counted];
}

function countOf(rest: readonly Diagnostic[]): Diagnostic {
  const last = rest.at(-1)?.at;
  const codes = [...new Set(rest.map(({ code }) => code))].sort().join(", ");
  return {
    code: "MORE_PROBLEMS",
    severity: rest.some(isError) ? "error" : "warning",
    summary: `and ${rest.length} more problems in this file: ${codes}`,
    remedy: "correct those above first: one mistake may be behind all",
    at: last,
  };
}
