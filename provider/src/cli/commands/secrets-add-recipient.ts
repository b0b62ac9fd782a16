// `meshroom secrets add-recipient`

import { addSecretsRecipient } from "../../actions/verbs/secrets-add-recipient";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import type { Command } from "../parse/command";

export const command: Command = {
  description:
    "Encrypts secrets.gpg for one more reader, and keeps the public key in recipients/. Both belong into git.",
  arguments: [
    { name: "key", summary: "a file with the public key, or fingerprint, key id or address of one in gpg's keyring" },
  ],
  options: recipientOptions,
  examples: [
    { command: "secrets add-recipient colleague.asc", does: "from a file" },
    { command: "secrets add-recipient ci@example.com", does: "from gpg's keyring" },
  ],
  async run(call) {
    const policy = new CalledPolicy(call);
    const { problem: _, ...recipient } = await addSecretsRecipient(
      openProject(call.root).root,
      call.required("key"),
      process.env,
      policy,
    );
    return {
      json: recipient,
      text: () => [
        `${recipient.user ?? recipient.keyId} can read the secrets now (${recipient.fingerprint ?? recipient.keyId})`,
      ],
      notes: [...policy.notes, "commit secrets.gpg and recipients/"],
    };
  },
};
