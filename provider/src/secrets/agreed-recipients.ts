// Whether those for whom the store is are those for whom it was: a branch may have brought one that a stranger can read as well, and
// each write goes to whom the file names.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GitError, git } from "../base/git";
import { userFolder, userFolderPath } from "../base/user-folders";
import { writeFileWhole } from "../base/write-file";
import { type Diagnostic, MeshroomError } from "../diagnostic";
import { parseStore } from "./message";
import { describeRecipients, findKeys, type KnownKey, type Recipient, recipientName } from "./recipients";

/** What a write does where the recipients are others than at a revision that was reviewed. */
export interface RecipientPolicy {
  /** The revision; where absent, this user's last write counts, or else `HEAD`. */
  base?: string;
  /** Whether the change is meant; absent where nobody can be asked, which is a no. */
  accept?(change: RecipientChange): boolean | Promise<boolean>;
  /** Told of each write for whom it was. */
  onWritten?(recipients: readonly Recipient[]): void;
}

export interface RecipientChange {
  /** Since when, in words: `at HEAD`. */
  since: string;
  /** In the store now, and not then. */
  added: readonly Recipient[];
  removed: readonly Recipient[];
}

/** A store whose recipients are looked at. */
interface Place {
  root: string;
  environment: NodeJS.ProcessEnv;
}

/**
 * How the recipients of a store differ from those at a revision, which must be there; a store that it does not have had no recipients.
 * @throws MeshroomError REVISION_MISSING, STORE_CORRUPT, KEY_INVALID
 */
export async function changeSince(
  place: Place,
  revision: string,
  now: readonly Recipient[],
  known: readonly KnownKey[],
): Promise<RecipientChange | undefined> {
  const commit = await findCommit(place, revision);
  if (!commit) throw noRevision(revision);
  return differ(`at ${revision}`, (await recipientsAt(place, commit, known)) ?? [], now);
}

/**
 * The same where no revision is named: since this user's last write, so that a branch which commits another store does not go unseen, or else
 * since `HEAD`. Nothing is known where this user never wrote and there is no repository, no commit or no store in it.
 * @throws MeshroomError STORE_CORRUPT, KEY_INVALID
 */
export async function changeUnseen(
  place: Place,
  now: readonly Recipient[],
  known: readonly KnownKey[],
): Promise<RecipientChange | undefined> {
  const accepted = readAccepted(place);
  if (accepted) return differ("when you wrote it last", accepted, now);
  const commit = await findCommit(place, "HEAD");
  const committed = commit && (await recipientsAt(place, commit, known));
  return committed ? differ("at HEAD", committed, now) : undefined;
}

function differ(since: string, old: readonly Recipient[], now: readonly Recipient[]): RecipientChange | undefined {
  const without = (these: readonly Recipient[], those: readonly Recipient[]) =>
    these.filter((one) => !those.some((other) => identityOf(one) === identityOf(other)));
  const change = { since, added: without(now, old), removed: without(old, now) };
  return change.added.length + change.removed.length > 0 ? change : undefined;
}

/** One whose key is at hand counts as the same with every subkey. */
function identityOf({ fingerprint, keyId }: Recipient): string {
  return fingerprint ?? keyId;
}

/** What is different, in words: `it is for ... too; it is no longer for ...`. */
export function describeChange({ added, removed }: RecipientChange): string {
  const names = (list: readonly Recipient[]) => list.map(recipientName).join(", ");
  const parts = [
    ...(added.length > 0 ? [`it is for ${names(added)} too`] : []),
    ...(removed.length > 0 ? [`it is no longer for ${names(removed)}`] : []),
  ];
  return parts.join("; ");
}

export function recipientsChanged(change: RecipientChange): Diagnostic {
  return {
    code: "RECIPIENTS_CHANGED",
    severity: "error",
    summary: `secrets.gpg has other recipients than ${change.since}: ${describeChange(change)}`,
    remedy: "`git log -p -- secrets.gpg recipients` shows who changed it; where that is meant, --accept-recipients",
  };
}

const ACCEPTED = "accepted-recipients.json";

/** For whom this user has last written the store of this very project. */
function readAccepted({ root, environment }: Place): Recipient[] | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(userFolderPath("state", root, [ACCEPTED], environment), "utf8"));
    return Array.isArray(kept) ? (kept as Recipient[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Where it can't be kept, `HEAD` is what is compared with. */
export function keepAccepted({ root, environment }: Place, recipients: readonly Recipient[]): void {
  const kept = recipients.map(({ keyId, fingerprint, user }) => ({ keyId, fingerprint, user }));
  try {
    writeFileWhole(join(userFolder("state", root, [], environment), ACCEPTED), `${JSON.stringify(kept, null, 2)}\n`);
  } catch {
    // A home that can't be written, as in many CI systems.
  }
}

/** The recipients of the store at a commit; undefined where it has none. */
async function recipientsAt(
  { root, environment }: Place,
  commit: string,
  known: readonly KnownKey[],
): Promise<Recipient[] | undefined> {
  const bytes = await read(root, ["cat-file", "blob", `${commit}:./secrets.gpg`]);
  return bytes && describeRecipients(await findKeys((await parseStore(bytes)).keyIds, known, environment));
}

async function findCommit({ root }: Place, revision: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  return (await read(root, args))?.toString("latin1").trim() || undefined;
}

function noRevision(revision: string): MeshroomError {
  return new MeshroomError({
    code: "REVISION_MISSING",
    severity: "error",
    summary: `there is no revision ${JSON.stringify(revision)} here to compare the recipients of secrets.gpg with`,
    remedy: "name a commit, a tag or a branch of this repository; in CI: git fetch origin BRANCH",
  });
}

/** git's output, or undefined where it fails: no repository, no such thing in it, no git. */
async function read(root: string, args: readonly string[]): Promise<Buffer | undefined> {
  try {
    return await git(root, args);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}
