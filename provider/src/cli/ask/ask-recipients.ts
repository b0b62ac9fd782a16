// For whom secrets.gpg is written: asked for where it has other recipients than it had, and said after each write.
import {
  describeChange,
  type Recipient,
  type RecipientChange,
  type RecipientPolicy,
  recipientName,
} from "../../actions/settings/store-secrets";
import type { Call, OptionSpec } from "../parse/command";
import { openPrompter } from "./prompter";

/** Of every command that may write the store. */
export const recipientOptions: readonly OptionSpec[] = [
  {
    flags: "--accept-recipients",
    summary: "write secrets.gpg though it is for others than when you wrote it last, or than at HEAD",
  },
  { flags: "--base <rev>", summary: "compare its recipients with those at this revision, such as main" },
];

/** The policy of a call, and what it wrote. */
export class CalledPolicy implements RecipientPolicy {
  readonly base: string | undefined;
  #written: readonly Recipient[] = [];

  constructor(private readonly call: Call) {
    this.base = call.text("base");
  }

  async accept(change: RecipientChange): Promise<boolean> {
    if (this.call.flag("acceptRecipients")) return true;
    if (!this.call.terminal.isInteractive || this.call.flag("noInput")) return false;
    const prompter = await openPrompter();
    prompter.say(`secrets.gpg has other recipients than ${change.since}: ${describeChange(change)}.`);
    return prompter.confirm("Write the secrets for them?", false);
  }

  onWritten(recipients: readonly Recipient[]): void {
    this.#written = recipients;
  }

  /** To be said after what was done. */
  get notes(): string[] {
    return this.#written.length > 0 ? [`secrets.gpg is for ${this.#written.map(recipientName).join(", ")}`] : [];
  }
}
