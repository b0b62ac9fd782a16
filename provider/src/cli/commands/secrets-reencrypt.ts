// `meshroom secrets reencrypt`

import { reencryptSecrets } from "../../actions/verbs/secrets-reencrypt";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";

export const command: Command = {
  description: "For the same recipients, with a new session key: after one of them has a new subkey.",
  examples: [{ command: "secrets reencrypt", does: "encrypt secrets.gpg anew" }],
  async run(call) {
    await reencryptSecrets(openProject(call.root).root, process.env);
    return { json: { isWritten: true }, text: () => ["encrypted secrets.gpg anew for its recipients"] };
  },
};
