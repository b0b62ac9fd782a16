// `meshroom add`
import { addInstance, draftInstance } from "../../actions/verbs/add";
import { openProject } from "../../mesh/open";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import { askSettings } from "../ask/ask-settings";
import { openPrompter } from "../ask/prompter";
import { readSecrets } from "../ask/read-secrets";
import type { Command } from "../parse/command";
import { givenNames } from "../parse/given-names";
import { configOption, noInputOption, secretOption } from "../parse/shared-options";
import { storeNotes } from "../show/store-notes";

export const command: Command = {
  description:
    "On a terminal it asks for every setting of the product that is not given by an option. Secrets go to secrets.gpg, all else to instances/PRODUCT/NAME/config.yaml. What is refused changes nothing.",
  arguments: [
    { name: "product", summary: "the product", completes: "product" },
    { name: "name", summary: "the instance's name; the product's where absent", isOptional: true },
  ],
  options: [configOption, secretOption, noInputOption, ...recipientOptions],
  examples: [
    { command: "add edr lab", does: "ask for the settings" },
    { command: "add edr lab -c url=https://edr.example -c proxy.port=3128", does: "give them" },
    { command: "add edr lab -s api_key < key.txt", does: "a secret from a file" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const draft = draftInstance(project, call.required("product"), call.argument("name"));
    const assignments = call.list("config");
    const policy = new CalledPolicy(call);
    const secrets = await readSecrets(call);
    const isAsking = call.terminal.isInteractive && !call.flag("noInput");
    const answers = isAsking
      ? await askSettings(await openPrompter(), {
          settings: draft.settings,
          values: {},
          stored: new Set(),
          given: givenNames(assignments, secrets),
        })
      : undefined;
    const added = await addInstance(
      project,
      draft,
      { assignments, edits: answers?.edits, secrets: new Map([...secrets, ...(answers?.secrets ?? [])]) },
      process.env,
      policy,
    );
    const { warnings, ...json } = added;
    return {
      json,
      text: () => [`added instance ${added.address} of ${added.product}: ${added.manifest}`],
      notes: [...storeNotes(added.secrets, added.firstRecipient), ...policy.notes],
      diagnostics: warnings,
    };
  },
};
