// `-s NAME`: one line of stdin for each, in the order of the options; on a terminal they are asked for, unseen.
import { type Call, UsageError } from "../parse/command";
import { openPrompter } from "./prompter";

/** @throws UsageError where stdin ends too soon or a line is empty; CancelledError */
export async function readSecrets(call: Call): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  // What stands behind it may be the secret, and what stands before it too: it is not repeated.
  if (call.list("readSecret").some((name) => name.includes("="))) {
    throw new UsageError(
      "`-s` takes the name of a secret alone, not its value, which others would see in the list of processes and in the shell's history",
      "give the value as a line of stdin, and change the secret if this was its real one",
    );
  }
  const prompter = call.terminal.isInteractive && call.list("readSecret").length > 0 ? await openPrompter() : undefined;
  for (const name of call.list("readSecret")) {
    const value = prompter ? await prompter.secret(name) : await call.terminal.readLine();
    if (value === undefined) throw new UsageError(`stdin ended before the line for the secret \`${name}\``);
    if (value === "") throw new UsageError(`the line for the secret \`${name}\` is empty`);
    secrets.set(name, value);
  }
  return secrets;
}
