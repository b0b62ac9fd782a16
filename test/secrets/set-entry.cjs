// A writer as a process of its own, of the compiled package: `node set-entry.cjs ROOT NAME...` sets each name in a write of its own and
// prints it when that is done; without names it writes until it is killed.
const { SecretStore } = require("../../provider/dist/secrets/store.js");

const [root, ...names] = process.argv.slice(2);

function* endless() {
  for (let count = 0; ; count++) yield `k${count}`;
}

async function main() {
  if (!root) throw new Error("name the project's folder");
  const store = SecretStore.open(root, process.env);
  for (const name of names.length > 0 ? names : endless()) {
    await store.update((values) => values.setEntry(name, `value of ${name} ${"x".repeat(2000)}`));
    process.stdout.write(`${name}\n`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
