// What `npm run check:unused` takes for used: where Node, npm, Pulumi, a hook host or a test begins to load files; everything else must be
// reached from there. With `--production` it looks from the places with `!` alone, and so finds what nothing but tests use.

type KnipConfig = import("knip", { with: { "resolution-mode": "import" }}).KnipConfig;

/** Hook files are loaded by their place in a mesh; what lies deeper must be imported by one. */
const hooks = ["products/*/*.ts!", "products/*/integrations/*/*.ts!"];

export default ({ production = false }: { production?: boolean }): KnipConfig => ({
  workspaces: {
    ".": {
      entry: [
        "stacks/index.ts!",
        ...hooks.map((files) => `meshroom-project/${files}`),
        // Started as processes of their own; scripts of package.json are found without being named.
        "bench/{main,capability-graph,hook-hosts,python-hooks}.mjs",
        "tools/{test,demo/main}.mjs!",
        ...(production ? ["tools/with-setup.mjs!"] : []),
        "meshroom-project/tenants/start.mjs!",
        "test/secrets/set-entry.cjs",
      ],
      project: [
        "{stacks,tools,meshroom-project}/**/*.{ts,mjs}!",
        "bench/**/*.mjs",
        "test/**/*.{ts,mjs,cjs}",
        "!test/**/fixtures/**",
      ],
      // The language host looks for it where the program lies.
      ignoreDependencies: production ? ["@pulumi/pulumi"] : [],
    },
    provider: {
      entry: [
        // Beside what package.json exports: the command, whose files are required by name, and the processes that hooks run in.
        "src/cli/main.ts!",
        "src/cli/commands/*.ts!",
        "src/hooks/hosts/typescript-host.ts!",
        "src/hooks/describing/describe-process.ts!",
        "templates/*/*.ts!",
      ],
      project: ["{bin,src,templates}/**/*.{ts,js}!"],
    },
    "examples/attack-path": {
      entry: ["lab/main.mjs!", ...hooks],
      project: ["**/*.{ts,mjs}!"],
    },
  },
  // All that knip reports by itself, and imports that run in circles, those of types left out.
  include: [
    "files",
    "dependencies",
    "unlisted",
    "binaries",
    "unresolved",
    "exports",
    "types",
    "duplicates",
    "enumMembers",
    "namespaceMembers",
    "cycles",
  ],
  rules: { cycles: "error" },
  // A type is exported with the function that takes it. What a file exports and uses itself is used, even if a test alone imports it.
  ignoreExportsUsedInFile: production ? true : { interface: true, type: true },
  // Programs of the system, and of the products that the example sets up.
  ignoreBinaries: ["cscli", "flock", "gpg", "ip", "mkfifo", "unshare", ...(production ? [] : ["gpgconf", "script"])],
});
