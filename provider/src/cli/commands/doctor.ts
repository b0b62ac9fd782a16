// `meshroom doctor`
import { type Check, examine } from "../../actions/verbs/doctor";
import type { Command } from "../parse/command";
import { type Column, renderTable } from "../show/table";

export const command: Command = {
  description: "Changes nothing. Exit code 1 where something that is needed is missing.",
  examples: [{ command: "doctor", does: "what is installed, what is missing, how to get it" }],
  needsNoProject: true,
  run(call) {
    const checks = examine(call.root);
    const missing = checks.filter(({ isThere }) => !isThere);
    return {
      json: checks,
      text: (view) => renderTable(view, columns, checks),
      notes: missing.map(
        ({ name, need, purpose, remedy }) => `${name} (${need}) is missing, for ${purpose}: ${remedy}`,
      ),
      exitCode: missing.some(({ need }) => need === "needed") ? 1 : 0,
    };
  },
};

const columns: readonly Column<Check>[] = [
  { title: "what", cell: ({ name }) => name },
  { title: "state", cell: ({ isThere, need }) => (isThere ? "there" : need === "needed" ? "missing" : "absent") },
  { title: "found", cell: ({ found }) => found ?? "", least: 12 },
  { title: "for", cell: ({ purpose }) => purpose },
];
