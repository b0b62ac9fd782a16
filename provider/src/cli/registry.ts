// Every command of `meshroom`, in the order of the help. Only the called one is loaded.
import type { Command } from "./command";

export interface Entry {
  /** `create product`: its file is `commands/create-product.ts`. */
  name: string;
  summary: string;
  group: Group;
  /** Left out of the help. */
  isHidden?: boolean;
}

export const groups = {
  author: "Describe a mesh",
  show: "Look at it",
  run: "Run it",
  data: "Exchange data",
  catalogue: "Vendors' catalogues",
  secrets: "Secrets",
  help: "Help",
} as const;
export type Group = keyof typeof groups;

export const entries: readonly Entry[] = [
  { group: "show", name: "list products", summary: "list the products, what they can do and where they are used" },
];

/** Names of commands that only group others, with what their help says. */
export const families: Readonly<Record<string, string>> = {
  create: "create a product, a capability or an integration",
  list: "list products, integrations, instances or plugs",
  secrets: "look after the encrypted store of secrets",
};

/**
 * `require` and not `import()`, which would load the engine for ES modules first: 10 ms of each call.
 * @throws where an entry has no file; a test loads them all
 */
export function loadCommand(entry: Entry): Command {
  const module = require(`./commands/${entry.name.replaceAll(" ", "-")}`) as { command: Command };
  return module.command;
}

export function findEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}
