// `meshroom validate`
import { type Validation, validateProject } from "../../actions/verbs/validate";
import type { Command } from "../parse/command";
import { describeProblem, diagnosticJson } from "../show/print";

export const command: Command = {
  description:
    "Reads every manifest and hook file and resolves every plug: no engine, tenant or key is needed, and nothing of the project is run. Exit code 1 where there are errors; warnings alone are 0.",
  options: [
    {
      flags: "--hooks",
      summary: "load hook files whose text does not tell what they declare, which runs their top level",
    },
  ],
  examples: [
    { command: "validate", does: "everything that is wrong, with its repair" },
    { command: "validate --json", does: "for scripts and pull requests" },
  ],
  run(call) {
    const validation = validateProject(call.root, { hooks: call.flag("hooks") });
    const { diagnostics, errors, warnings } = validation;
    return {
      json: { ...validation, diagnostics: diagnostics.map(diagnosticJson) },
      text: (view) => [...diagnostics.map((each) => describeProblem(each, view)), summary(validation)],
      exitCode: errors > 0 ? 1 : 0,
      notes: errors + warnings > 0 ? ["what each code means: docs/errors.md"] : [],
    };
  },
};

function summary({ errors, warnings, products, instances, plugs }: Validation): string {
  const found =
    errors + warnings === 0 ? "nothing is wrong" : `${count(errors, "error")}, ${count(warnings, "warning")}`;
  return `${found} in ${count(products, "product")}, ${count(instances, "instance")} and ${count(plugs, "plug")}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
