// `meshroom secrets list`

import { type ListedSecret, listSecrets } from "../../actions/verbs/secrets-list";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { type Column, renderTable } from "../show/table";

export const command: Command = {
  description: "Never shows a value. Without a key to secrets.gpg it lists what there should be.",
  examples: [{ command: "secrets list", does: "which secrets are set, and which are missing" }],
  async run(call) {
    const { secrets, others, problems } = await listSecrets(openProject(call.root), process.env);
    const count = `${others.length} more in secrets.gpg that nothing in this project asks for: ${others.join(", ")}`;
    return {
      json: { secrets, others },
      text: (view) => renderTable(view, columns, secrets),
      notes: [
        ...(secrets.length === 0 ? ["no product or integration in use has a secret setting"] : []),
        ...(others.length > 0 ? [count] : []),
      ],
      diagnostics: problems,
    };
  },
};

const columns: readonly Column<ListedSecret>[] = [
  { title: "owner", cell: ({ owner }) => owner, least: 20 },
  { title: "secret", cell: ({ name }) => name, least: 16 },
  { title: "required", cell: ({ isRequired }) => (isRequired ? "yes" : "no") },
  { title: "set", cell: ({ isSet }) => (isSet === undefined ? "?" : isSet ? "yes" : "no") },
];
