// What is said of secrets after a command has stored some.
import type { FirstRecipient } from "../../actions/settings/store-secrets";

export function storeNotes(names: readonly string[], first: FirstRecipient | undefined): string[] {
  const notes = names.length > 0 ? [`stored in secrets.gpg: ${names.join(", ")}`] : [];
  if (!first) return notes;
  const key = `${first.isNew ? "made a key" : "used the key"} of ${first.user} (${first.fingerprint}), ${first.privateKey}`;
  return [...notes, key, `whoever loses this key loses every secret; to back it up: ${first.backup}`];
}
