// `meshroom init`
import { resolve } from "node:path";
import { initProject } from "../../actions/verbs/init";
import type { Command } from "../parse/command";
import { readVersion } from "../version";

export const command: Command = {
  description:
    "Adds what is missing and overwrites nothing: run again, it changes nothing. Makes a git repository where there is none, and touches no remote.",
  arguments: [
    { name: "path", summary: "the folder; the current one where absent", isOptional: true, completes: "folder" },
  ],
  options: [{ flags: "--pulumi", summary: "also a Pulumi program and a GitHub workflow that previews pull requests" }],
  examples: [
    { command: "init mesh", does: "a project in a new folder" },
    { command: "init --pulumi", does: "in this folder, deployed by a Pulumi program" },
  ],
  needsNoProject: true,
  async run(call) {
    const root = resolve(call.root, call.argument("path") ?? ".");
    const withPulumi = call.flag("pulumi");
    const result = await initProject(root, { withPulumi, version: readVersion() });
    const { created, git } = result;
    const isNew = created.length > 0 || git === "made";
    return {
      json: result,
      text: () => [
        isNew ? `a Meshroom project in ${root}` : `${root} is a Meshroom project already, nothing was changed`,
        ...created.map((file) => `  ${file}`),
      ],
      notes: [
        ...(git === "missing"
          ? ["git is not installed, so there is no repository yet: install it, then `git init`"]
          : []),
        ...(isNew && withPulumi
          ? ["next: `npm install`, then `pulumi stack init lab`, and commit package-lock.json"]
          : []),
        ...(isNew ? ["next: `meshroom create product NAME --from TEMPLATE`"] : []),
      ],
    };
  },
};
