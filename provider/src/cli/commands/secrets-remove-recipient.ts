// `meshroom secrets remove-recipient`

import { removeSecretsRecipient } from "../../actions/verbs/secrets-remove-recipient";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import type { Command } from "../parse/command";

export const command: Command = {
  description:
    "Encrypts secrets.gpg without a reader. What they have read, and every older version in git, stays readable for them: change the secrets that are listed.",
  arguments: [{ name: "recipient", summary: "fingerprint, key id, or a part of the user's name" }],
  options: recipientOptions,
  examples: [{ command: "secrets remove-recipient colleague@example.com", does: "somebody leaves" }],
  async run(call) {
    const policy = new CalledPolicy(call);
    const { removed, toRotate, warning } = await removeSecretsRecipient(
      openProject(call.root).root,
      call.required("recipient"),
      process.env,
      policy,
    );
    const { problem: _, ...recipient } = removed;
    return {
      json: { removed: recipient, toRotate },
      text: () => [`${removed.user ?? removed.keyId} is no recipient any more`, ...toRotate.map((name) => `  ${name}`)],
      notes: [...policy.notes, warning],
    };
  },
};
