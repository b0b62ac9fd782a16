// `meshroom secrets create`

import { createSecretsStore } from "../../actions/verbs/secrets-create";
import { openProject } from "../../mesh/open";
import { CalledPolicy } from "../ask/ask-recipients";
import type { Command } from "../parse/command";
import { storeNotes } from "../show/store-notes";

export const command: Command = {
  description:
    "Makes secrets.gpg with a key of your choice. Without it, the first secret that is set makes it, with the project's own key in gpg's keyring.",
  options: [
    {
      flags: "--key <key>",
      summary: "a key that exists: a file, or fingerprint, key id or address of one in gpg's keyring",
    },
    { flags: "--rsa", summary: "a new key of the Python tool's kind, RSA-2048, instead of Ed25519 and Cv25519" },
    {
      flags: "--key-file <file>",
      summary: "make the new private key in this file, without gpg; needs MESHROOM_GPG_PASSPHRASE",
    },
  ],
  examples: [
    { command: "secrets create --key soc@example.com", does: "for a key that you have" },
    { command: "secrets create --key-file ~/soc.asc", does: "where there is no gpg" },
  ],
  async run(call) {
    const policy = new CalledPolicy(call);
    const newKey = { key: call.text("key"), rsa: call.flag("rsa"), keyFile: call.text("keyFile") };
    const { isWritten, firstRecipient } = await createSecretsStore(
      openProject(call.root).root,
      newKey,
      process.env,
      policy,
    );
    return {
      json: { isWritten, firstRecipient },
      text: () => [isWritten ? "made secrets.gpg" : "secrets.gpg is there already: nothing was changed"],
      notes: isWritten
        ? [...storeNotes([], firstRecipient), ...policy.notes, "commit secrets.gpg and recipients/"]
        : [],
    };
  },
};
