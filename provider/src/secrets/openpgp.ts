// The package `openpgp` as this CommonJS package sees it: types at once, the code (an ES module of 1 MB) only where a store is opened.
import type { KeyID } from "openpgp" with { "resolution-mode": "import" };

export type { KeyID, Message, PrivateKey, PublicKey } from "openpgp" with { "resolution-mode": "import" };

/** Whether a message hides for whom it is. */
export function isHidden(id: KeyID): boolean {
  return /^0*$/.test(id.toHex());
}
