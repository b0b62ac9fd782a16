// `meshroom secrets reencrypt`

import { reencryptSecrets } from "../../actions/verbs/secrets-reencrypt";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import type { Command } from "../parse/command";

export const command: Command = {
  description: "For the same recipients, with a new session key: after one of them has a new subkey.",
  options: recipientOptions,
  examples: [{ command: "secrets reencrypt", does: "encrypt secrets.gpg anew" }],
  async run(call) {
    const policy = new CalledPolicy(call);
    await reencryptSecrets(openProject(call.root).root, process.env, policy);
    return {
      json: { isWritten: true },
      text: () => ["encrypted secrets.gpg anew for its recipients"],
      notes: policy.notes,
    };
  },
};
