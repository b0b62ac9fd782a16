// `meshroom secrets recipients`

import { listRecipients, type Recipient } from "../../actions/verbs/secrets-recipients";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { diagnosticJson } from "../show/print";
import { type Column, renderTable } from "../show/table";

export const command: Command = {
  description: "Needs no key. Those who are listed can read every secret of the project.",
  options: [
    { flags: "--check <rev>", summary: "exit code 1 where they are others than at this revision, such as origin/main" },
  ],
  examples: [
    { command: "secrets recipients", does: "for whom secrets.gpg is encrypted" },
    { command: "secrets recipients --check origin/main", does: "in CI: that a branch lets nobody in, and nobody out" },
  ],
  async run(call) {
    const { recipients, problems, change } = await listRecipients(
      openProject(call.root).root,
      process.env,
      call.text("check"),
    );
    const all = [...problems, ...recipients.flatMap(({ problem }) => problem ?? [])];
    return {
      json: {
        recipients: recipients.map(({ problem: _, ...recipient }) => recipient),
        problems: all.map(diagnosticJson),
        ...(call.text("check") !== undefined && { added: namesOf(change?.added), removed: namesOf(change?.removed) }),
      },
      text: (view) => renderTable(view, columns, recipients),
      notes: recipients.length === 0 ? ["there is no secrets.gpg yet: the first secret makes it"] : [],
      diagnostics: all,
      exitCode: change ? 1 : 0,
    };
  },
};

function namesOf(recipients: readonly Recipient[] = []) {
  return recipients.map(({ keyId, fingerprint, user }) => ({ keyId, fingerprint, user }));
}

const columns: readonly Column<Recipient>[] = [
  { title: "user", cell: ({ user }) => user ?? "", least: 20 },
  { title: "fingerprint", cell: ({ fingerprint, keyId }) => fingerprint ?? `(key id ${keyId})`, least: 40 },
  { title: "public key", cell: ({ file }) => file ?? "in the keyring" },
];
