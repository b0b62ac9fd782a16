// secrets.gpg: read by whoever has a key, changed under a lock, always written whole and for all its recipients.

import { join } from "node:path";
import { removeLeftovers, writeFileWhole } from "../base/write-file";
import { type Diagnostic, MeshroomError } from "../diagnostic";
import {
  changeSince,
  changeUnseen,
  keepAccepted,
  type RecipientChange,
  type RecipientPolicy,
  recipientsChanged,
} from "./agreed-recipients";
import { type FirstRecipient, findFirstRecipient, type NewKeyOptions } from "./create-key";
import { withStoreLock } from "./lock";
import { parseStore, type StoreMessage, sealStore } from "./message";
import type { KeyID } from "./openpgp";
import { findOpener, type Opener } from "./private-key";
import { findEncryptionKeyId } from "./public-key";
import {
  describeRecipients,
  findKeys,
  type KnownKey,
  keepKeys,
  type Recipient,
  readRecipientFiles,
  requireKeys,
  unusedKeys,
} from "./recipients";
import { explainReadOnly, readIfThere } from "./store-file";
import { SecretValues } from "./values";

export const STORE_FILE = "secrets.gpg";

/** Milliseconds to wait for other writers. */
const PATIENCE = 60_000;

export interface UpdateOptions {
  /** Used only where there is no store yet. */
  newKey?: NewKeyOptions;
  /** Milliseconds to wait for other writers. */
  patience?: number;
}

export interface Update {
  /** False where the change left the values as they were: nothing was written. */
  isWritten: boolean;
  /** Of a store that was made by this call: to be shown. */
  firstRecipient?: FirstRecipient;
}

/** The store as it stands while it is changed. */
export interface OpenStore {
  text: string;
  /** Its recipients, with their public keys where those are at hand. */
  recipients: ReadonlyMap<KeyID, KnownKey | undefined>;
  /** Every key in recipients/. */
  known: readonly KnownKey[];
}

/** What to write. */
export interface Draft extends Pick<OpenStore, "text" | "recipients"> {
  /** Of a new store. */
  firstRecipient?: FirstRecipient;
}

type MakeDraft<D extends Draft> = (current: OpenStore | undefined, opener: Opener) => Promise<D | undefined>;

export class SecretStore {
  readonly #path: string;

  private constructor(
    readonly root: string,
    readonly environment: NodeJS.ProcessEnv,
    private readonly policy: RecipientPolicy,
  ) {
    this.#path = join(root, STORE_FILE);
  }

  /** The store of the project at the absolute path `root`; reads nothing yet, and there need be none. */
  static open(root: string, environment: NodeJS.ProcessEnv, policy: RecipientPolicy = {}): SecretStore {
    return new SecretStore(root, environment, policy);
  }

  /** Of no store: no values. @throws MeshroomError any STORE_..., KEY_INVALID, GPG_NOT_FOUND, FILE_UNREADABLE */
  async read(): Promise<SecretValues> {
    const bytes = readIfThere(this.#path);
    if (!bytes) return new SecretValues();
    const message = await parseStore(bytes);
    const opener = await findOpener(this.environment);
    return SecretValues.parse(await opener.open(message));
  }

  /**
   * Changes the values; makes the store, and where needed its key, with the first one. `change` may be called again, with fresh values,
   * when a program that knows no lock (the Python tool) has written meanwhile.
   * @throws MeshroomError as {@link read}, STORE_LOCKED, STORE_READ_ONLY, RECIPIENT_EXPIRED, RECIPIENT_MISSING, RECIPIENTS_CHANGED,
   * REVISION_MISSING: the store is as it was
   */
  async update(change: (values: SecretValues) => void, options: UpdateOptions = {}): Promise<Update> {
    const written = await this.rewrite(async (current, opener) => {
      const values = current ? SecretValues.parse(current.text) : new SecretValues();
      const before = values.toText();
      change(values);
      const text = values.toText();
      if (text === before) return undefined;
      return current ? { text, recipients: current.recipients } : this.#firstDraft(text, options.newKey, opener);
    }, options.patience);
    return { isWritten: written !== undefined, firstRecipient: written?.firstRecipient };
  }

  /** Makes a store without values, where there is none, and its key where needed. @throws MeshroomError as {@link update} */
  async create(newKey: NewKeyOptions = {}): Promise<Update> {
    const written = await this.rewrite(async (current, opener) =>
      current ? undefined : this.#firstDraft(new SecretValues().toText(), newKey, opener),
    );
    return { isWritten: written !== undefined, firstRecipient: written?.firstRecipient };
  }

  async #firstDraft(text: string, newKey: NewKeyOptions = {}, opener: Opener): Promise<Draft> {
    const { key, ...firstRecipient } = await findFirstRecipient(this.root, newKey, this.environment, opener);
    const keyId = await findEncryptionKeyId(key);
    return { text, recipients: new Map([[keyId, { key }]]), firstRecipient };
  }

  /** For whom the store is, told without a private key, and what is odd about it. */
  async recipients(): Promise<{ recipients: Recipient[]; problems: Diagnostic[] }> {
    const bytes = readIfThere(this.#path);
    if (!bytes) return { recipients: [], problems: [] };
    const { keyIds } = await parseStore(bytes);
    const { now, known } = await this.#describe(keyIds);
    return { recipients: now, problems: unusedKeys(known, keyIds) };
  }

  /** How the recipients differ from those at a revision; needs no private key. @throws MeshroomError REVISION_MISSING, STORE_CORRUPT */
  async recipientsSince(revision: string): Promise<RecipientChange | undefined> {
    const bytes = readIfThere(this.#path);
    const { now, known } = await this.#describe(bytes ? (await parseStore(bytes)).keyIds : []);
    return changeSince(this, revision, now, known);
  }

  /**
   * Replaces the store by what `draft` makes of it; undefined leaves it alone. Below {@link update} and the changes of recipients.
   * @returns the draft that was written
   */
  async rewrite<D extends Draft>(draft: MakeDraft<D>, patience = PATIENCE): Promise<D | undefined> {
    const opener = await findOpener(this.environment);
    let agreement = await this.#findAgreement();
    const work = async () => {
      removeLeftovers(this.#path);
      for (;;) {
        const tried = await this.#tryRewrite(draft, opener, agreement);
        if (!tried.isOvertaken) return tried;
      }
    };
    for (;;) {
      const { toAgree, drafted } = await explainReadOnly(() => withStoreLock(this.root, patience, work));
      if (!toAgree) return drafted;
      // Without the lock: a person takes longer than other writers wait.
      agreement = await this.#agree(await this.#findAgreement());
    }
  }

  /** For whom the store is, and how that differs from what was reviewed. */
  async #findAgreement(): Promise<Agreement> {
    const bytes = readIfThere(this.#path);
    if (!bytes) return { keyIds: "" };
    const { keyIds } = await parseStore(bytes);
    const { now, known } = await this.#describe(keyIds);
    const { base } = this.policy;
    const change =
      base === undefined ? await changeUnseen(this, now, known) : await changeSince(this, base, now, known);
    return { keyIds: textOf(keyIds), change };
  }

  async #describe(keyIds: readonly KeyID[]): Promise<{ now: Recipient[]; known: KnownKey[] }> {
    const known = await readRecipientFiles(this.root);
    return { now: await describeRecipients(await findKeys(keyIds, known, this.environment)), known };
  }

  /** @throws MeshroomError RECIPIENTS_CHANGED */
  async #agree({ keyIds, change }: Agreement): Promise<Agreement> {
    if (change && !(await this.policy.accept?.(change))) throw new MeshroomError(recipientsChanged(change));
    return { keyIds };
  }

  async #tryRewrite<D extends Draft>(draft: MakeDraft<D>, opener: Opener, agreement: Agreement) {
    const bytes = readIfThere(this.#path);
    const message = bytes && (await parseStore(bytes));
    const drafted = await draft(message && (await this.#open(message, opener)), opener);
    if (!drafted) return { isOvertaken: false };
    if (agreement.change || agreement.keyIds !== textOf(message?.keyIds ?? []))
      return { isOvertaken: false, toAgree: true };
    const keys = await requireKeys(drafted.recipients);
    const sealed = await sealStore(drafted.text, keys, message?.isArmoured ?? true);
    // First, so that there is never a store that can't be written for want of them.
    keepKeys(this.root, drafted.recipients.values());
    const isAsRead = () => isSame(readIfThere(this.#path), bytes);
    // Someone who knows no lock has written meanwhile.
    if (!writeFileWhole(this.#path, sealed, isAsRead)) return { isOvertaken: true };
    const written = await describeRecipients(drafted.recipients);
    keepAccepted(this, written);
    this.policy.onWritten?.(written);
    return { isOvertaken: false, drafted };
  }

  async #open(message: StoreMessage, opener: Opener): Promise<OpenStore> {
    const text = await opener.open(message);
    const known = await readRecipientFiles(this.root);
    const given = opener.publicKey ? [{ key: opener.publicKey }] : [];
    const recipients = await findKeys(message.keyIds, [...known, ...given], this.environment);
    return { text, recipients, known };
  }
}

/** Key ids of a store, which a person may have been asked about. */
interface Agreement {
  keyIds: string;
  change?: RecipientChange;
}

function textOf(keyIds: readonly KeyID[]): string {
  return keyIds.map((id) => id.toHex()).join();
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
}
