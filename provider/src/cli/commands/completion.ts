// `meshroom completion`
import { fillTemplate } from "../../actions/files/templates";
import type { Command } from "../parse/command";

export const command: Command = {
  description: "Completes commands, options, products, instances, topics, plugs and templates.",
  arguments: [{ name: "shell", summary: "the shell", choices: ["bash", "zsh", "fish"] }],
  examples: [
    { command: "completion bash >> ~/.bashrc", does: "bash" },
    { command: "completion zsh >> ~/.zshrc", does: "zsh, behind compinit" },
    { command: "completion fish > ~/.config/fish/completions/meshroom.fish", does: "fish" },
  ],
  needsNoProject: true,
  run(call) {
    const script = fillTemplate(`completion/${call.required("shell")}`, {});
    return { json: { script }, text: () => script.trimEnd().split("\n") };
  },
};
