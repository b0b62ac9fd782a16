// Manifests of any size for the test and the benchmark of large ones: of a product and of its one instance.

interface Manifests {
  definition: string;
  instance: string;
}

const head = {
  definition: "name: p\nsettings:\n  - { name: url }\n",
  instance: "name: i\nproduct: p\nsettings:\n  url: x\n",
};

function repeat(size: number, line: (index: number) => string): string {
  return Array.from({ length: size }, (_, index) => line(index)).join("");
}

export const manifestsOf: Readonly<Record<string, (size: number) => Manifests>> = {
  "undeclared settings": (size) => ({
    ...head,
    instance: head.instance + repeat(size, (i) => `  option${i}: v${i}\n`),
  }),
  "undeclared beside declared settings": (size) => ({
    definition: head.definition + repeat(size, (i) => `  - { name: s${i} }\n`),
    instance: head.instance + repeat(size, (i) => `  t${i}: v${i}\n`),
  }),
  "declared settings": (size) => ({
    definition: head.definition + repeat(size, (i) => `  - { name: s${i} }\n`),
    instance: head.instance + repeat(size, (i) => `  s${i}: v${i}\n`),
  }),
  "settings of a wrong type": (size) => ({
    definition: head.definition + repeat(size, (i) => `  - { name: s${i}, type: integer }\n`),
    instance: head.instance + repeat(size, (i) => `  s${i}: many\n`),
  }),
  "settings of a type that there isn't": (size) => ({
    ...head,
    definition: head.definition + repeat(size, (i) => `  - { name: s${i}, type: nonsense }\n`),
  }),
  "settings that are declared twice": (size) => ({
    ...head,
    definition: head.definition + repeat(size, () => "  - { name: url }\n"),
  }),
  "keys that are written twice": (size) => ({
    ...head,
    instance: head.instance + repeat(size, (i) => `  key${i % 7}: v\n`),
  }),
  topics: (size) => ({
    ...head,
    definition: `${head.definition}produces:\n${repeat(size, (i) => `  topic${i}:\n    - {}\n`)}`,
  }),
  "capabilities of one topic": (size) => ({
    ...head,
    definition: `${head.definition}produces:\n  t:\n${repeat(size, (i) => `    - { mode: push, x${i}: y }\n`)}`,
  }),
};
