// Words for constraints, ends and commands, the same in messages and in renderings.

/** `push, format json`: the mode first, the rest sorted by key; empty where nothing is set. */
export function describeConstraints(constraints: Readonly<Record<string, string>>): string {
  const keys = Object.keys(constraints).sort();
  const mode = keys.filter((key) => key === "mode").map((key) => String(constraints[key]));
  const rest = keys.filter((key) => key !== "mode").map((key) => `${key} ${constraints[key]}`);
  return [...mode, ...rest].join(", ");
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A meshroom command that can be copied into a shell: words are quoted where needed, names that look like options are kept apart. */
export function meshroomCommand(verb: string, names: readonly string[], options: readonly string[] = []): string {
  const words = names.some((name) => name.startsWith("-")) ? [...options, "--", ...names] : [...names, ...options];
  return ["meshroom", verb, ...words.map(shellWord)].join(" ");
}

/** A name or path as one word of a shell's command, since remedies are there to be copied. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
