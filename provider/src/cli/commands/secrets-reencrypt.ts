// `meshroom secrets reencrypt`
import { openProject } from "../../actions/open-project";
import { reencryptSecrets } from "../../actions/secrets-reencrypt";
import type { Command } from "../command";

export const command: Command = {
  description: "For the same recipients, with a new session key: after one of them has a new subkey.",
  examples: [{ command: "secrets reencrypt", does: "encrypt secrets.gpg anew" }],
  async run(call) {
    await reencryptSecrets(openProject(call.root).root, process.env);
    return { json: { isWritten: true }, text: () => ["encrypted secrets.gpg anew for its recipients"] };
  },
};
