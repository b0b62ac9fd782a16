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
  author: "Describing a mesh",
  show: "Looking at it",
  run: "Running it",
  data: "Exchanging data",
  catalogue: "Vendors' catalogues",
  secrets: "Secrets",
  help: "Help",
} as const;
export type Group = keyof typeof groups;

export const entries: readonly Entry[] = [
  { group: "author", name: "init", summary: "make a folder a Meshroom project" },
  { group: "author", name: "create product", summary: "describe a new product" },
  { group: "author", name: "create capability", summary: "say what else a product can do" },
  { group: "author", name: "create integration", summary: "begin an integration of two products" },
  { group: "author", name: "add", summary: "add an instance of a product" },
  { group: "author", name: "configure", summary: "change the settings and secrets of an instance" },
  { group: "author", name: "remove", summary: "remove an instance with its plugs" },
  { group: "author", name: "plug", summary: "connect two instances" },
  { group: "author", name: "unplug", summary: "disconnect two instances" },
  { group: "show", name: "list products", summary: "list the products, what they can do and where they are used" },
  {
    group: "show",
    name: "list integrations",
    summary: "list the integrations that are written, and those that are possible",
  },
  { group: "show", name: "list instances", summary: "list the instances" },
  { group: "show", name: "list plugs", summary: "list the plugs and what they carry" },
  { group: "show", name: "diff", summary: "say what changes between two revisions of the mesh" },
  { group: "show", name: "graph", summary: "draw the mesh or the capability graph" },
  { group: "show", name: "path", summary: "find how a topic gets from one product to another" },
  { group: "show", name: "validate", summary: "find everything that is wrong with the project" },
  { group: "run", name: "up", summary: "set up the mesh, or some of its plugs" },
  { group: "run", name: "down", summary: "tear plugs down and keep their manifests" },
  { group: "run", name: "recover", summary: "make the state true again after a run was killed" },
  { group: "data", name: "produce", summary: "send the lines of stdin as a product would" },
  { group: "data", name: "watch", summary: "print what arrives at a product" },
  { group: "data", name: "trigger", summary: "have a product trigger an action" },
  { group: "data", name: "execute", summary: "have a product execute an action" },
  { group: "catalogue", name: "pull", summary: "bring a vendor's catalogue into the tree" },
  { group: "catalogue", name: "publish", summary: "hand integrations to their vendor" },
  { group: "secrets", name: "secrets create", summary: "make the store, with a key of your choice" },
  { group: "secrets", name: "secrets list", summary: "list the secrets, and which of them are set" },
  { group: "secrets", name: "secrets recipients", summary: "list those who can read the secrets" },
  { group: "secrets", name: "secrets add-recipient", summary: "let one more person, or CI, read the secrets" },
  { group: "secrets", name: "secrets remove-recipient", summary: "take a reader out" },
  { group: "secrets", name: "secrets reencrypt", summary: "encrypt the secrets anew" },
  { group: "help", name: "doctor", summary: "say what is installed, what is missing and how to get it" },
  { group: "help", name: "completion", summary: "print the completion script of a shell" },
  { group: "help", name: "complete", summary: "list what may come next on a command line", isHidden: true },
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
  const module = require(`../commands/${entry.name.replaceAll(" ", "-")}`) as { command: Command };
  return module.command;
}

/** The entry that argv names. Commander parses; this only says what to load. */
export function findCalled(argv: readonly string[]): Entry | undefined {
  let index = 0;
  while (argv[index]?.startsWith("-")) index += /^(-p|--path)$/.test(argv[index] ?? "") ? 2 : 1;
  const [first, second] = argv.slice(index);
  return entries.find(({ name }) => name === first || name === `${first} ${second}`);
}
