// `meshroom recover`
import { describeHolder, describeRecovery, type LockHolder, recover } from "../../actions/verbs/recover";
import { openPrompter } from "../ask/prompter";
import { CancelledError, type Command } from "../parse/command";

export const command: Command = {
  description: `Removes the lock of a run that has ended, and takes what it was at work on into the state as plugs that are not whole, from the marks that the engine has left there. Nothing is done at tenants: the next up sets the plugs up to their end, down or pulumi destroy tears them down.

up and down do this by themselves. Before pulumi up or pulumi destroy, call it once after a run was killed; never call pulumi refresh --clear-pending-creates first, which deletes the marks.

A lock of another machine is removed when you say that its run has ended.`,
  options: [
    { flags: "-y, --yes", summary: "the runs on other machines have ended: remove their locks" },
    { flags: "--stack <name>", summary: "the stack of a Pulumi program; the selected one where absent" },
  ],
  examples: [
    { command: "recover", does: "after a kill, before pulumi is called again" },
    { command: "recover -y --stack lab", does: "in CI, after a runner was lost" },
  ],
  async run(call) {
    const mayRelease = async (holders: readonly LockHolder[]) => {
      if (call.flag("yes")) return true;
      if (!call.terminal.isInteractive) return false;
      const names = holders.map(describeHolder).join(", ") || "nobody names its holder";
      const hasEnded = await (await openPrompter()).confirm(
        `The stack is locked: ${names}. Has that run ended?`,
        false,
      );
      if (!hasEnded) throw new CancelledError();
      return true;
    };
    const recovery = await recover({ root: call.root, stack: call.text("stack"), mayRelease });
    const { stack, released, interrupted } = recovery;
    const done = describeRecovery(recovery);
    return {
      json: { stack, released, interrupted },
      text: () => (done.length > 0 ? [] : [`nothing to recover (stack ${stack})`]),
      diagnostics: done,
    };
  },
};
