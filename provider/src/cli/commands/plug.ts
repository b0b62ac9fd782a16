// `meshroom plug`

import { requireInstance } from "../../actions/finding/lookup";
import type { SettingEdit } from "../../actions/settings/setting-edits";
import { findStored } from "../../actions/settings/store-secrets";
import { type ConfigKey, draftPlug, type PlugDraft, type PlugRequest, plugInstances } from "../../actions/verbs/plug";
import { splitKeyValue } from "../../base/key-value";
import { openProject } from "../../mesh/open";
import { secretsOfPlug } from "../../mesh/secrets";
import type { Project } from "../../model/types";
import { CalledPolicy, recipientOptions } from "../ask/ask-recipients";
import { type Answers, askSettings } from "../ask/ask-settings";
import { openPrompter } from "../ask/prompter";
import { readSecrets } from "../ask/read-secrets";
import { type Call, type Command, UsageError } from "../parse/command";
import { givenNames } from "../parse/given-names";
import { configOption, formatOption, modeOption, noInputOption, secretOption } from "../parse/shared-options";
import { storeNotes } from "../show/store-notes";

export const command: Command = {
  description:
    "Writes the plug's manifest, provided that the products' capabilities match and hooks can set it up; `meshroom up` does so. A plug that exists is configured again. Settings are those of the integrations at both ends: `src.key=value` or `dst.key=value` where both have the key.",
  arguments: [
    { name: "topic", summary: "what is exchanged", completes: "topic" },
    { name: "src", summary: "the instance that produces or triggers", completes: "instance" },
    { name: "dst", summary: "the instance that consumes or executes", completes: "instance" },
  ],
  options: [
    modeOption,
    formatOption,
    {
      flags: "--constraint <key=value>",
      summary: "another constraint, such as protocol; repeatable",
      isRepeated: true,
    },
    { flags: "--owner <instance>", summary: "the end that sets up both, where either could", completes: "instance" },
    configOption,
    secretOption,
    noInputOption,
    ...recipientOptions,
  ],
  examples: [
    { command: "plug events edge central", does: "the most specific match of both products" },
    { command: "plug events edge central -m pull -f json", does: "a certain one" },
    { command: "plug events edge central -s intake_key < key.txt", does: "with a secret from a file" },
  ],
  async run(call) {
    const project = openProject(call.root);
    const draft = draftPlug(project, requestOf(call, project));
    const assignments = call.list("config");
    const policy = new CalledPolicy(call);
    const secrets = await readSecrets(call);
    const given = givenNames(assignments, secrets);
    const isAsking = call.terminal.isInteractive && !call.flag("noInput") && (draft.isNew || given.size === 0);
    const answers = isAsking ? await ask(project, draft, given) : undefined;
    const plugged = await plugInstances(
      project,
      draft,
      { assignments, edits: answers?.edits, secrets: new Map([...secrets, ...(answers?.secrets ?? [])]) },
      process.env,
      policy,
    );
    const { warnings, ...json } = plugged;
    const { topic, source, destination, manifest, isNew, changed, steps, reason } = plugged;
    const what = isNew ? "plugged" : changed.length > 0 ? `configured (${changed.join(", ")})` : "plugged already";
    return {
      json,
      text: () => [
        `${what}: ${topic} from ${source} to ${destination}, ${manifest}`,
        `${reason}; \`meshroom up\` will run:`,
        ...steps.map((step, index) => `  ${index + 1} ${step}`),
      ],
      notes: [...storeNotes(plugged.secrets, plugged.firstRecipient), ...policy.notes],
      diagnostics: warnings,
    };
  },
};

function requestOf(call: Call, project: Project): PlugRequest {
  const others = call.list("constraint").map((text) => {
    const given = splitKeyValue(text);
    if (!given) throw new UsageError(`a constraint is given as key=value, found \`${text}\``);
    return given;
  });
  const named = [...others, ["mode", call.text("mode")], ["format", call.text("format")]] as const;
  const unknown = others.find(([key]) => !project.constraints.includes(key));
  if (unknown)
    throw new UsageError(`\`${unknown[0]}\` is no constraint of this project: ${project.constraints.join(", ")}`);
  const owner = call.text("owner");
  return {
    topic: call.required("topic"),
    source: requireInstance(project, call.required("src")).address,
    destination: requireInstance(project, call.required("dst")).address,
    constraints: Object.fromEntries(named.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    ...(owner !== undefined && { owner: requireInstance(project, owner).address }),
  };
}

/** Settings of the source's integration first, then the destination's. */
async function ask(project: Project, { resolved, settings }: PlugDraft, given: ReadonlySet<string>): Promise<Answers> {
  const { plug } = resolved;
  const secrets = secretsOfPlug(plug, resolved).map(({ id }) => id);
  const stored =
    secrets.length > 0 ? await findStored({ project, environment: process.env }, secrets) : new Set<string>();
  const edits: SettingEdit[] = [];
  const typed = new Map<string, string>();
  for (const [key, prefix] of [
    ["src_config", "src."],
    ["dst_config", "dst."],
  ] as const satisfies readonly (readonly [ConfigKey, string])[]) {
    if (settings[key].length === 0) continue;
    const bare = new Set([...given].map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)));
    const answers = await askSettings(await openPrompter(), {
      settings: settings[key],
      values: plug[key],
      stored,
      given: bare,
    });
    edits.push(...answers.edits.map(({ path, value }) => ({ path: [key, ...path], value })));
    for (const [name, value] of answers.secrets) typed.set(name, value);
  }
  return { edits, secrets: typed };
}
