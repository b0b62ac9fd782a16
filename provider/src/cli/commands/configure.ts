// `meshroom configure`

import { requireInstance } from "../../actions/finding/lookup";
import { findStored } from "../../actions/settings/store-secrets";
import { type ConfiguredInstance, configureInstance, settingsOf } from "../../actions/verbs/configure";
import { openProject } from "../../mesh/open";
import { secretsOfInstance } from "../../mesh/secrets";
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
    "On a terminal, and without -c, -s or --unset, it asks for every setting; Enter keeps what is set. Comments and order of the manifest are kept.",
  arguments: [{ name: "instance", summary: "its name, or product/name", completes: "instance" }],
  options: [
    configOption,
    secretOption,
    {
      flags: "-u, --unset <key>",
      summary: "remove a setting, so that its default counts; repeatable",
      isRepeated: true,
    },
    noInputOption,
    ...recipientOptions,
  ],
  examples: [
    { command: "configure lab", does: "ask for the settings" },
    { command: "configure lab -c retention_days=90 -u proxy.port", does: "change one, remove another" },
    { command: "configure lab -s api_key", does: "a new secret, asked for or from stdin" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const instance = requireInstance(project, call.required("instance"));
    const settings = settingsOf(project, instance);
    const [assignments, removals] = [call.list("config"), call.list("unset")];
    const policy = new CalledPolicy(call);
    const secrets = await readSecrets(call);
    const isGiven = assignments.length + removals.length + secrets.size > 0;
    const isAsking = call.terminal.isInteractive && !call.flag("noInput") && !isGiven;
    const answers = isAsking
      ? await askSettings(await openPrompter(), {
          settings,
          values: instance.settings,
          stored: await findStored(
            { project, environment: process.env },
            secretsOfInstance(instance, settings, instance.settings).map(({ id }) => id),
          ),
          given: givenNames(assignments, secrets),
        })
      : undefined;
    const configured = await configureInstance(
      project,
      instance,
      { assignments, removals, edits: answers?.edits, secrets: new Map([...secrets, ...(answers?.secrets ?? [])]) },
      process.env,
      policy,
    );
    const { warnings, ...json } = configured;
    const { address } = configured;
    return {
      json,
      text: () => [describeChange(address, configured)],
      notes: [...storeNotes(configured.secrets, configured.firstRecipient), ...policy.notes],
      diagnostics: warnings,
    };
  },
};

function describeChange(address: string, { changed, secrets, manifest }: ConfiguredInstance): string {
  if (changed.length > 0) return `configured ${address}: ${changed.join(", ")} in ${manifest}`;
  return secrets.length > 0 ? `configured ${address}: new secrets` : `${address}: no setting has changed`;
}
